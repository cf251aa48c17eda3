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
    public static IReadOnlyList<string> Names(IReadOnlyList<string> folders)
    {
        Blocking.MayWait();
        return
        [
            .. folders.Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), (folder, path) => (Name: Path.GetRelativePath(folder, path).Replace('\\', '/'), Path: path))
                .Where(zone => zone.Name != "posixrules" && !zone.Name.StartsWith("right/", StringComparison.Ordinal) && !zone.Name.StartsWith("posix/", StringComparison.Ordinal))
                .Where(zone => Read(zone.Path) is not null)
                .Select(zone => zone.Name)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static byte[]? Read(string path)
    {
        Blocking.MayWait();
        FileInfo file = new(path);
        return file is { Exists: true, Length: < MaxBytes } && File.ReadAllBytes(path) is var data && data.AsSpan().StartsWith(Magic) ? data : null;
    }
}
