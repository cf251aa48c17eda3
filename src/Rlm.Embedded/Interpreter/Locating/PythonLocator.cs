namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// Finds a libpython by reading the file system; starts no process. The order of preference:
/// <list type="number">
/// <item>RLM_PYTHON_LIBRARY, RLM_PYTHON_HOME: binding; if wrong, that is an error;</item>
/// <item>the active virtual environment (VIRTUAL_ENV);</item>
/// <item>what the system brings: the distribution's, python.org's framework, the Windows registry;</item>
/// <item>pyenv, uv, conda, Homebrew.</item>
/// </list>
/// Within a source the newest supported version goes first, after one that the user selected there
/// (PYENV_VERSION, CONDA_PREFIX). RLM_PYTHON_VERSION leaves only one version in all of them. Thread-safe.
/// </summary>
internal static class PythonLocator
{
    // Made one by one: the first that answers spares loading the others' code.
    private static IEnumerable<IPythonLocator> Locators
    {
        get
        {
            yield return new EnvironmentVariableLocator();
            yield return new VirtualEnvironmentLocator();
            yield return new DistributionLocator();
            yield return new FrameworkLocator();
            yield return new WindowsLocator();
            yield return new PyenvLocator();
            yield return new UvLocator();
            yield return new CondaLocator();
            yield return new HomebrewLocator();
        }
    }

    /// <summary>The installation to load. Looks no further than the first that can be used.</summary>
    /// <param name="roots">What to read; null for this machine.</param>
    /// <param name="version">The version to have, such as <c>3.12</c>; null for RLM_PYTHON_VERSION, else any supported one.</param>
    /// <exception cref="RlmConfigurationException">None can be used, or an explicit choice is wrong.</exception>
    public static PythonInstallation Locate(SearchRoots? roots = null, string? version = null)
    {
        roots ??= SearchRoots.OfThisProcess();
        VersionRequest? request = VersionRequest.Read(roots, version);
        foreach (IPythonLocator locator in Locators)
        {
            var unusable = new List<PythonInstallation>();
            foreach (PythonInstallation found in locator.Find(roots))
            {
                PythonInstallation installation = request?.Check(found) ?? found;
                if (installation.IsUsable)
                {
                    return installation;
                }

                unusable.Add(installation);
            }

            if (locator.IsExplicit && unusable.Count > 0)
            {
                throw new RlmConfigurationException(NothingFoundMessage.ForExplicit(unusable));
            }
        }

        throw new RlmConfigurationException(NothingFoundMessage.For(FindAll(roots, version), request, roots.Platform));
    }

    /// <summary>Every installation of every source, and every place looked at. For people to read; slower than <see cref="Locate"/>.</summary>
    /// <param name="roots">What to read; null for this machine.</param>
    /// <param name="version">As in <see cref="Locate"/>.</param>
    /// <exception cref="RlmConfigurationException">The version asked for is none, or not supported.</exception>
    public static PythonSearch FindAll(SearchRoots? roots = null, string? version = null)
    {
        roots ??= SearchRoots.OfThisProcess();
        VersionRequest? request = VersionRequest.Read(roots, version);
        var installations = new List<PythonInstallation>();
        var places = new List<SearchedPlace>();
        var seen = new HashSet<(string?, string?, string?)>();
        PythonInstallation? chosen = null;
        bool decided = false;
        foreach (IPythonLocator locator in Locators)
        {
            foreach (string place in locator.Places(roots))
            {
                places.Add(new SearchedPlace(locator.Name, place, !Path.IsPathRooted(place) || roots.FolderExists(place)));
            }

            foreach (PythonInstallation found in locator.Find(roots))
            {
                PythonInstallation installation = request?.Check(found) ?? found;
                if (installation.IsUsable && !decided)
                {
                    chosen = installation;
                    decided = true;
                }

                if (seen.Add(Identity(roots, installation)))
                {
                    installations.Add(installation);
                }
            }

            // An explicit choice that is wrong is an error: nothing else is taken in its place.
            decided |= locator.IsExplicit && installations.Count > 0;
        }

        return new PythonSearch(installations, places, chosen);
    }

    private static (string? Library, string? Home, string? VirtualEnvironment) Identity(SearchRoots roots, PythonInstallation installation) =>
    (
        installation.LibraryPath is { } library ? roots.Resolve(library) : installation.Version?.ToString(),
        installation.Home is { } home ? roots.Resolve(home) : null,
        installation.VirtualEnvironment
    );
}
