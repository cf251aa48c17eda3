namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>The versions of CPython this library binds to, and those it can name when it cannot use them.</summary>
internal static class SupportedVersions
{
    private const int Oldest = 10;
    private const int Newest = 14;
    private const int NewestKnown = 20;
    private const int OldestKnown = 5;
    private const int FirstFreeThreaded = 13;

    /// <summary>The range, in words.</summary>
    public const string Range = "3.10 to 3.14";

    /// <summary>Whether the version can be used.</summary>
    public static bool Include(Version version) => version is { Major: 3, Minor: >= Oldest and <= Newest };

    /// <summary>Every build worth probing for: supported ones newest first, then those that can only be reported.</summary>
    public static IReadOnlyList<PythonBuild> ProbeOrder { get; } =
    [
        .. Between(Newest, Oldest),
        .. Between(NewestKnown, Newest + 1),
        .. Between(Oldest - 1, OldestKnown),
        new PythonBuild(new Version(2, 7), IsFreeThreaded: false),
    ];

    private static IEnumerable<PythonBuild> Between(int newest, int oldest)
    {
        for (int minor = newest; minor >= oldest; minor--)
        {
            var version = new Version(3, minor);
            yield return new PythonBuild(version, IsFreeThreaded: false);
            if (minor >= FirstFreeThreaded)
            {
                yield return new PythonBuild(version, IsFreeThreaded: true);
            }
        }
    }
}
