namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>What the installers of python.org put on macOS.</summary>
internal sealed class FrameworkLocator : IPythonLocator
{
    public string Name => "python.org framework";

    public IEnumerable<string> Places(SearchRoots roots) => roots.Platform != HostPlatform.MacOS
        ? []
        :
        [
            roots.System("/Library/Frameworks/Python.framework/Versions"),
            roots.System("/Library/Frameworks/PythonT.framework/Versions"),
        ];

    // Versions/Current is a link to one of the others.
    public IEnumerable<PythonInstallation> Find(SearchRoots roots) => PythonPrefix.NewestFirst(
        roots,
        Places(roots).SelectMany(roots.Folders).Where(folder => Path.GetFileName(folder) != "Current").Order(StringComparer.Ordinal),
        Name);
}
