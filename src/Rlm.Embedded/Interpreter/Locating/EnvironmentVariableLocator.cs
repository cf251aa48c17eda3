namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// RLM_PYTHON_LIBRARY (a libpython) and RLM_PYTHON_HOME (a prefix, or a virtual environment). Either is enough: the other is
/// found from it, in the same installation.
/// </summary>
internal sealed class EnvironmentVariableLocator : IPythonLocator
{
    public const string LibraryVariable = "RLM_PYTHON_LIBRARY";
    public const string HomeVariable = "RLM_PYTHON_HOME";

    public string Name => "environment variables";

    public bool IsExplicit => true;

    public IEnumerable<string> Places(SearchRoots roots)
    {
        yield return Place(roots, LibraryVariable);
        yield return Place(roots, HomeVariable);
    }

    public IEnumerable<PythonInstallation> Find(SearchRoots roots)
    {
        string? library = roots.PathVariable(LibraryVariable);
        string? home = roots.PathVariable(HomeVariable);
        PythonInstallation? environment = home is not null && new VirtualEnvironmentFolder(roots, home) is { Exists: true } folder
            ? folder.Read() with { Source = HomeVariable }
            : null;
        if (library is not null)
        {
            return [environment is null ? OfLibrary(roots, library, home) : OfEnvironment(roots, library, environment)];
        }

        if (environment is not null)
        {
            return [environment];
        }

        return home is null ? [] : OfHome(roots, home);
    }

    private static string Place(SearchRoots roots, string variable)
        => roots.Variable(variable) is { } value ? $"{variable}={value}" : $"{variable} (not set)";

    private static IEnumerable<PythonInstallation> OfHome(SearchRoots roots, string home)
    {
        bool any = false;
        foreach (PythonInstallation installation in PythonPrefix.NewestFirst(roots, [home], HomeVariable))
        {
            any = true;
            yield return installation;
        }

        if (!any)
        {
            string problem = roots.FolderExists(home)
                ? $"home '{home}' lacks both a Python shared library and lib/pythonX.Y/os.py"
                : $"home '{home}' is not a folder";
            yield return new PythonInstallation { Source = HomeVariable, Home = home, Problem = problem };
        }
    }

    /// <summary>A library named besides an environment must be one that the environment's base can serve.</summary>
    private static PythonInstallation OfEnvironment(SearchRoots roots, string library, PythonInstallation environment)
    {
        if (environment.Home is not { } home)
        {
            return environment;
        }

        PythonInstallation found = OfLibrary(roots, library, home) with { VirtualEnvironment = environment.VirtualEnvironment, SitePackages = environment.SitePackages };
        return found.IsUsable && !VersionText.SameMinor(found.Version, environment.Version!)
            ? found with { Problem = $"library '{library}' is Python {found.Version.ToString(2)}, the virtual environment '{environment.VirtualEnvironment}' is for {environment.Version!.ToString(2)}" }
            : found;
    }

    private static PythonInstallation OfLibrary(SearchRoots roots, string library, string? home)
    {
        var unusable = new PythonInstallation { Source = LibraryVariable, LibraryPath = library, Home = home };
        if (!roots.FileExists(library))
        {
            string what = roots.FolderExists(library) ? "is a folder, not a file" : "does not exist";
            return unusable with { Problem = $"library '{library}' {what}" };
        }

        string target = roots.Resolve(library);
        if ((BuildOf(library) ?? BuildOf(target)) is not { } build)
        {
            return unusable with
            {
                Problem = $"the name of library '{library}' does not tell a version, as libpython3.11.so.1.0 does",
            };
        }

        if (home is not null)
        {
            return OfBoth(roots, library, target, home, build);
        }

        // The library's own folder first; then, when it is a link, that of the file it leads to.
        PythonInstallation? first = null;
        foreach (string path in (string[])[library, target])
        {
            foreach (string candidate in HomesOf(roots, path))
            {
                PythonInstallation installation = new PythonPrefix(roots, candidate).Describe(build, library, LibraryVariable);
                if (installation.IsUsable)
                {
                    return installation;
                }

                first ??= installation;
            }
        }

        return first ?? unusable with { Version = build.Version, Problem = $"no home belongs to library '{library}'; set {HomeVariable}" };
    }

    private static PythonInstallation OfBoth(SearchRoots roots, string library, string target, string home, PythonBuild build)
    {
        var prefix = new PythonPrefix(roots, home);
        PythonInstallation installation = prefix.Describe(build, library, LibraryVariable);
        return installation.IsUsable && prefix.Library(build) is { } own && roots.Resolve(own) != target
            ? installation with { Problem = $"home '{home}' has a library of its own, '{own}', and cannot serve '{library}'" }
            : installation;
    }

    private static PythonBuild? BuildOf(string library)
    {
        string file = Path.GetFileName(library);
        if (file is "Python" or "PythonT" && Path.GetFileName(Path.GetDirectoryName(library)) is { } folder
            && VersionText.TryReadStart(folder, out Version? version))
        {
            return new PythonBuild(new Version(version.Major, version.Minor), file == "PythonT");
        }

        return PythonBuild.FromLibrary(file);
    }

    // Not simply every folder above: from /usr/local/lib that would reach /usr, another installation.
    private static IEnumerable<string> HomesOf(SearchRoots roots, string library)
    {
        string? folder = Path.GetDirectoryName(library);
        string? parent = Path.GetDirectoryName(folder);
        string? name = Path.GetFileName(folder);
        if (name == roots.Multiarch && Path.GetDirectoryName(parent) is { } above)
        {
            yield return above;
        }
        else if (name is "lib" or "lib64" && parent is not null)
        {
            yield return parent;
        }
        else if (folder is not null)
        {
            yield return folder;
        }
    }
}
