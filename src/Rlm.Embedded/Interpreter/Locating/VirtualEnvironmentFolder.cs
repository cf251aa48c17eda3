namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>A virtual environment (PEP 405): a <c>pyvenv.cfg</c> that names the installation it is based on.</summary>
internal sealed class VirtualEnvironmentFolder
{
    private readonly SearchRoots _roots;
    private readonly string _path;

    /// <summary>Looks at a folder.</summary>
    public VirtualEnvironmentFolder(SearchRoots roots, string path)
    {
        _roots = roots;
        _path = path;
    }

    /// <summary>Whether the folder is a virtual environment.</summary>
    public bool Exists => _roots.FileExists(ConfigurationFile);

    /// <summary>Whether the packages of the base belong to it too.</summary>
    public bool IncludesSystemPackages => _roots.ReadText(ConfigurationFile) is { } text
        && Parse(text).TryGetValue("include-system-site-packages", out string? value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);

    private string ConfigurationFile => Path.Combine(_path, "pyvenv.cfg");

    /// <summary>The base installation, with the environment's site-packages noted.</summary>
    public PythonInstallation Read()
    {
        var unusable = new PythonInstallation { Source = $"virtual environment {_path}", VirtualEnvironment = _path };
        if (_roots.ReadText(ConfigurationFile) is not { } text)
        {
            return unusable with { Problem = $"'{_path}' has no pyvenv.cfg that can be read" };
        }

        Dictionary<string, string> settings = Parse(text);
        if (!settings.TryGetValue("home", out string? home) || home.Length == 0)
        {
            return unusable with { Problem = $"'{ConfigurationFile}' has no 'home' key" };
        }

        if (BuildOf(settings) is not { } build)
        {
            return unusable with { Problem = $"'{ConfigurationFile}' does not tell the version" };
        }

        unusable = unusable with { Version = build.Version, IsFreeThreaded = build.IsFreeThreaded };
        PythonInstallation? first = null;
        foreach (string prefix in Bases(home, settings, build))
        {
            if (new PythonPrefix(_roots, prefix).Find(build, unusable.Source) is { } installation)
            {
                first ??= installation;
                if (installation.IsUsable)
                {
                    first = installation;
                    break;
                }
            }
        }

        return first is null
            ? unusable with { Problem = $"its base '{home}' has no Python {build}" }
            : first with { VirtualEnvironment = _path, SitePackages = SitePackages(build) };
    }

    private static Dictionary<string, string> Parse(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                settings.TryAdd(line[..equals].Trim(), line[(equals + 1)..].Trim());
            }
        }

        return settings;
    }

    // venv writes "version", virtualenv and uv "version_info".
    private PythonBuild? BuildOf(Dictionary<string, string> settings)
    {
        if ((settings.TryGetValue("version", out string? text) || settings.TryGetValue("version_info", out text))
            && VersionText.TryReadStart(text, out Version? version))
        {
            var build = new PythonBuild(new Version(version.Major, version.Minor), IsFreeThreaded: false);
            PythonBuild freeThreaded = build with { IsFreeThreaded = true };
            return _roots.Platform != HostPlatform.Windows && HasFolderOf(freeThreaded) && !HasFolderOf(build) ? freeThreaded : build;
        }

        foreach (PythonBuild build in SupportedVersions.ProbeOrder)
        {
            if (_roots.Platform != HostPlatform.Windows && HasFolderOf(build))
            {
                return build;
            }
        }

        return null;
    }

    private bool HasFolderOf(PythonBuild build) => _roots.FolderExists(Path.Combine(_path, "lib", $"python{build.Name}"));

    // "home" is the folder of the base's executable, which may be a link into the installation (/opt/homebrew/bin).
    private IEnumerable<string> Bases(string home, Dictionary<string, string> settings, PythonBuild build)
    {
        home = _roots.FullPath(home);
        if (_roots.Platform == HostPlatform.Windows)
        {
            yield return home;
            yield break;
        }

        if (Path.GetDirectoryName(home) is { } prefix)
        {
            yield return prefix;
        }

        settings.TryGetValue("executable", out string? stated);
        foreach (string? executable in (string?[])[stated, Path.Combine(home, $"python{build.Name}"), Path.Combine(home, "python3")])
        {
            if (executable is { Length: > 0 } && _roots.FileExists(executable)
                && Path.GetDirectoryName(Path.GetDirectoryName(_roots.Resolve(executable))) is { } resolved)
            {
                yield return resolved;
            }
        }
    }

    private string SitePackages(PythonBuild build) => _roots.Platform == HostPlatform.Windows
        ? Path.Combine(_path, "Lib", "site-packages")
        : Path.Combine(_path, "lib", $"python{build.Name}", "site-packages");
}
