namespace Rlm.Embedded.Interpreter;

/// <summary>The machine's time zone data (RFC 8536), read for threads that may read no files. Runs no Python.</summary>
internal static class TimeZoneFiles
{
    private const int MaxBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "TZif"u8;

    /// <summary>The data of a zone, or null where there is none.</summary>
    /// <param name="folders">Where to look, in order.</param>
    /// <param name="name">Such as <c>Europe/Oslo</c>; whoever calls has checked that it leads nowhere else.</param>
    public static byte[]? Find(IReadOnlyList<string> folders, string name) =>
        folders.Select(folder => Read(Path.Combine(folder, name))).FirstOrDefault(data => data is not null);

    /// <summary>The names of all zones, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> folders) =>
    [
        .. folders.SelectMany(In)
            .Where(zone => zone.Name != "posixrules" && !zone.Name.StartsWith("right/", StringComparison.Ordinal) && !zone.Name.StartsWith("posix/", StringComparison.Ordinal))
            .Where(zone => Read(zone.Path) is not null)
            .Select(zone => zone.Name)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<(string Name, string Path)> In(string folder)
    {
        Blocking.MayWait();
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        return files.Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), path));
    }

    private static byte[]? Read(string path)
    {
        Blocking.MayWait();
        FileInfo file = new(path);
        return file is { Exists: true, Length: < MaxBytes } && File.ReadAllBytes(path) is var data && data.AsSpan().StartsWith(Magic) ? data : null;
    }
}
