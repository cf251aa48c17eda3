namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// pyenv and pyenv-win. The version that PYENV_VERSION or the root's <c>version</c> file selects comes first,
/// if it is there; then the newest.
/// </summary>
internal sealed class PyenvLocator : IPythonLocator
{
    private static readonly char[] s_separators = [':', ' ', '\t', '\r', '\n'];

    public string Name => "pyenv";

    public IEnumerable<string> Places(SearchRoots roots) => Roots(roots).Select(root => Path.Combine(root, "versions"));

    public IEnumerable<PythonInstallation> Find(SearchRoots roots)
    {
        IReadOnlyList<string> folders = VersionedFolders.NewestFirst(roots, Places(roots));
        if (folders.Count == 0)
        {
            yield break;
        }

        var selected = new List<string>();
        foreach (string name in SelectedNames(roots))
        {
            if (Match(folders, name) is not { } folder)
            {
                continue;
            }

            var environment = new VirtualEnvironmentFolder(roots, folder);
            if (environment.Exists)
            {
                yield return environment.Read();
                continue;
            }

            selected.Add(folder);
            foreach (PythonInstallation installation in PythonPrefix.NewestFirst(roots, [folder], Name, WithoutLibrary))
            {
                yield return installation;
            }
        }

        foreach (PythonInstallation installation in PythonPrefix.NewestFirst(roots, folders.Except(selected), Name, WithoutLibrary))
        {
            yield return installation;
        }
    }

    private static string WithoutLibrary(PythonBuild build)
        => "built without a shared library (install it again with `PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install`)";

    private static IEnumerable<string> Roots(SearchRoots roots)
    {
        if ((roots.PathVariable("PYENV_ROOT") ?? roots.InHome(".pyenv")) is { } root)
        {
            yield return root;
            if (roots.Platform == HostPlatform.Windows)
            {
                yield return Path.Combine(root, "pyenv-win");
            }
        }
    }

    private static IEnumerable<string> SelectedNames(SearchRoots roots)
    {
        string? text = roots.Variable("PYENV_VERSION")
            ?? Roots(roots).Select(root => roots.ReadText(Path.Combine(root, "version"))).FirstOrDefault(read => read is not null);
        return text?.Split(s_separators, StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    // pyenv takes "3.12" for the newest 3.12.x.
    private static string? Match(IReadOnlyList<string> folders, string name)
        => folders.FirstOrDefault(folder => Path.GetFileName(folder) == name)
            ?? folders.FirstOrDefault(folder => Path.GetFileName(folder).StartsWith(name + ".", StringComparison.Ordinal));
}
