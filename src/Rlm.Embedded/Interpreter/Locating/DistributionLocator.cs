namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>The Python of a Linux distribution or container image: in <c>/usr</c> and <c>/usr/local</c>.</summary>
internal sealed class DistributionLocator : IPythonLocator
{
    public string Name => "distribution";

    public IEnumerable<string> Places(SearchRoots roots) => roots.Platform != HostPlatform.Linux
        ? []
        :
        [
            roots.System($"/usr/lib/{roots.Multiarch}"),
            roots.System("/usr/lib64"),
            roots.System("/usr/lib"),
            roots.System($"/usr/local/lib/{roots.Multiarch}"),
            roots.System("/usr/local/lib64"),
            roots.System("/usr/local/lib"),
        ];

    public IEnumerable<PythonInstallation> Find(SearchRoots roots) => roots.Platform != HostPlatform.Linux
        ? []
        : PythonPrefix.NewestFirst(roots, [roots.System("/usr"), roots.System("/usr/local")], Name, WithoutLibrary);

    // Debian's python3 needs no libpython and does not bring one.
    private static string WithoutLibrary(PythonBuild build)
        => $"its shared library is not installed (on Debian and Ubuntu: `apt-get install libpython{build}`)";
}
