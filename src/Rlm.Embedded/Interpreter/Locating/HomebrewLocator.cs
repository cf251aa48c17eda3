namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>Homebrew's <c>python@X.Y</c> formulas: frameworks on macOS, plain prefixes on Linux.</summary>
internal sealed class HomebrewLocator : IPythonLocator
{
    public string Name => "Homebrew";

    public IEnumerable<string> Places(SearchRoots roots) => roots.Platform switch
    {
        HostPlatform.MacOS => [roots.System("/opt/homebrew/opt"), roots.System("/usr/local/opt")],
        HostPlatform.Linux => [roots.System("/home/linuxbrew/.linuxbrew/opt")],
        _ => [],
    };

    public IEnumerable<PythonInstallation> Find(SearchRoots roots) => PythonPrefix.NewestFirst(
        roots, Places(roots).SelectMany(opt => Formulas(roots, opt)).SelectMany(formula => Prefixes(roots, formula)), Name);

    // python@3 and python@3.12 lead to the same formula.
    private static IEnumerable<string> Formulas(SearchRoots roots, string opt) => roots.Folders(opt)
        .Where(folder => Path.GetFileName(folder) is { } name
            && (name.StartsWith("python@3.", StringComparison.Ordinal) || name == "python-freethreading"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Prefixes(SearchRoots roots, string formula)
    {
        if (roots.Platform != HostPlatform.MacOS)
        {
            return [formula];
        }

        string frameworks = Path.Combine(formula, "Frameworks");
        return ((string[])["Python.framework", "PythonT.framework"])
            .SelectMany(framework => roots.Folders(Path.Combine(frameworks, framework, "Versions")))
            .Where(folder => Path.GetFileName(folder) != "Current");
    }
}
