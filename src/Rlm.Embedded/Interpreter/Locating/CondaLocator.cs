namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>Conda and its kin: the active environment (CONDA_PREFIX), then the usual folders and their environments.</summary>
internal sealed class CondaLocator : IPythonLocator
{
    private static readonly string[] s_homeFolders = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"];

    public string Name => "conda";

    public IEnumerable<string> Places(SearchRoots roots)
    {
        if (roots.PathVariable("CONDA_PREFIX") is { } active)
        {
            yield return active;
        }

        foreach (string root in Roots(roots))
        {
            yield return root;
        }
    }

    public IEnumerable<PythonInstallation> Find(SearchRoots roots)
    {
        if (roots.PathVariable("CONDA_PREFIX") is { } active)
        {
            foreach (PythonInstallation installation in PythonPrefix.NewestFirst(roots, [active], Name))
            {
                yield return installation;
            }
        }

        IEnumerable<string> prefixes = Roots(roots)
            .SelectMany(root => roots.Folders(Path.Combine(root, "envs")).Order(StringComparer.Ordinal).Prepend(root));
        foreach (PythonInstallation installation in PythonPrefix.NewestFirst(roots, prefixes, Name))
        {
            yield return installation;
        }
    }

    private static IEnumerable<string> Roots(SearchRoots roots)
    {
        foreach (string name in s_homeFolders)
        {
            if (roots.InHome(name) is { } folder)
            {
                yield return folder;
            }
        }

        if (roots.Platform != HostPlatform.Windows)
        {
            yield return roots.System("/opt/conda");
        }
    }
}
