namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// Where the packages lie that an installation's own <c>python</c> would import: what its <c>site</c> module puts on <c>sys.path</c>, found without
/// running anything (docs/decisions/0054). Folders that do not exist are left out.
/// </summary>
internal sealed class PackageFolders
{
    private readonly SearchRoots _roots;
    private readonly List<string> _folders = [];
    private readonly List<string> _unread = [];

    private PackageFolders(SearchRoots roots) => _roots = roots;

    /// <summary>The folders, in the order of <c>sys.path</c>.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>The <c>.pth</c> files with lines of code, which are not run: editable installations of today are made of them.</summary>
    public IReadOnlyList<string> CodeFiles => _unread;

    /// <summary>Reads the folders of an installation.</summary>
    public static PackageFolders Of(PythonInstallation installation, SearchRoots roots)
    {
        PackageFolders found = new(roots);
        if (installation.SitePackages is { } own)
        {
            found.Add(own);
        }

        bool isAlone = installation.VirtualEnvironment is { } environment && !new VirtualEnvironmentFolder(roots, environment).IncludesSystemPackages;
        if (!isAlone && installation is { Home: { } home, Version: { } version })
        {
            found.Add(found.OfUser(version));
            foreach (string folder in found.OfPrefix(home, version))
            {
                found.Add(folder);
            }
        }

        return found;
    }

    private string? OfUser(Version version) => _roots.Platform switch
    {
        HostPlatform.Windows => _roots.PathVariable("APPDATA") is { } data ? Path.Combine(data, "Python", $"Python{version.Major}{version.Minor}", "site-packages") : null,
        _ => _roots.InHome(Path.Combine(".local", "lib", $"python{version.Major}.{version.Minor}", "site-packages")),
    };

    private IEnumerable<string> OfPrefix(string prefix, Version version)
    {
        if (_roots.Platform == HostPlatform.Windows)
        {
            return [Path.Combine(prefix, "Lib", "site-packages")];
        }

        string name = $"python{version.Major}.{version.Minor}";
        string ofDebian = Path.Combine(prefix, "lib", "python3", "dist-packages");
        return _roots.FolderExists(ofDebian)
            ? [Path.Combine(prefix, "local", "lib", name, "dist-packages"), ofDebian, Path.Combine(prefix, "lib", name, "dist-packages")]
            : from parent in (string[])[prefix, Path.Combine(prefix, "local")]
              from lib in (string[])["lib64", "lib"]
              select Path.Combine(parent, lib, name, "site-packages");
    }

    private void Add(string? folder)
    {
        if (folder is null || !_roots.FolderExists(folder) || _folders.Contains(folder, StringComparer.Ordinal))
        {
            return;
        }

        _folders.Add(folder);
        foreach (string file in _roots.Files(folder, "*.pth").Order(StringComparer.Ordinal))
        {
            AddNamedIn(file, folder);
        }
    }

    /// <summary>A line names a folder to add, or is code that starts with <c>import</c>.</summary>
    private void AddNamedIn(string file, string folder)
    {
        foreach (string text in (_roots.ReadText(file) ?? "").Split('\n'))
        {
            string line = text.Trim();
            if (line.StartsWith("import ", StringComparison.Ordinal) || line.StartsWith("import\t", StringComparison.Ordinal))
            {
                if (!_unread.Contains(file, StringComparer.Ordinal))
                {
                    _unread.Add(file);
                }
            }
            else if (line.Length > 0 && line[0] != '#' && _roots.FullPath(Path.Combine(folder, line)) is var named
                && _roots.FolderExists(named) && !_folders.Contains(named, StringComparer.Ordinal))
            {
                _folders.Add(named);
            }
        }
    }
}
