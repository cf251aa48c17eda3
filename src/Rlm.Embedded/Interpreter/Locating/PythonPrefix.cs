namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// One prefix folder (<c>/usr</c>, <c>~/.pyenv/versions/3.12.1</c>, <c>C:\Python312</c>) and the installations in it.
/// Names are probed, not listed: a system's library folder has thousands of entries.
/// </summary>
internal sealed class PythonPrefix
{
    private readonly SearchRoots _roots;
    private readonly string _path;
    private readonly string[] _libraryFolders;
    private readonly string[] _standardLibraryParents;

    /// <summary>Looks at a prefix.</summary>
    public PythonPrefix(SearchRoots roots, string path)
    {
        _roots = roots;
        _path = path;
        if (roots.Platform == HostPlatform.Windows)
        {
            _libraryFolders = Existing([path]);
            _standardLibraryParents = _libraryFolders;
        }
        else
        {
            string lib = Path.Combine(path, "lib");
            string lib64 = Path.Combine(path, "lib64");

            // On Fedora lib64 is ours and lib is that of 32-bit programs.
            _standardLibraryParents = Existing([lib64, lib]);
            _libraryFolders = [.. Existing([Path.Combine(lib, roots.Multiarch)]), .. _standardLibraryParents];
        }
    }

    /// <summary>All installations in the prefixes: supported versions first, the newest first, equal ones in the order of the prefixes.</summary>
    /// <param name="roots">What to read.</param>
    /// <param name="prefixes">The prefix folders.</param>
    /// <param name="source">What to call the source.</param>
    /// <param name="withoutLibrary">The problem to state when an installation has no shared library.</param>
    public static IEnumerable<PythonInstallation> NewestFirst(
        SearchRoots roots, IEnumerable<string> prefixes, string source, Func<PythonBuild, string>? withoutLibrary = null)
    {
        var looked = new List<PythonPrefix>();
        foreach (string path in prefixes)
        {
            if (roots.FolderExists(path))
            {
                looked.Add(new PythonPrefix(roots, path));
            }
        }

        if (looked.Count == 0)
        {
            yield break;
        }

        foreach (PythonBuild build in SupportedVersions.ProbeOrder)
        {
            foreach (PythonPrefix prefix in looked)
            {
                if (prefix.Find(build, source, withoutLibrary) is { } installation)
                {
                    yield return installation;
                }
            }
        }
    }

    /// <summary>The installation of one build; null when the prefix has neither its library nor its standard library.</summary>
    public PythonInstallation? Find(PythonBuild build, string source, Func<PythonBuild, string>? withoutLibrary = null)
    {
        string? library = Library(build);

        // On Windows the standard library's folder does not tell its version: only the DLL does.
        return library is null && (_roots.Platform == HostPlatform.Windows || !HasStandardLibrary(build))
            ? null
            : Describe(build, library, source, withoutLibrary);
    }

    /// <summary>The installation made of this prefix and a library that was chosen for it.</summary>
    public PythonInstallation Describe(PythonBuild build, string? library, string source, Func<PythonBuild, string>? withoutLibrary = null) => new()
    {
        Source = source,
        LibraryPath = library,
        Home = _path,
        Version = Version(build),
        Executable = Executable(build),
        IsFreeThreaded = build.IsFreeThreaded,
        Problem = Problem(build, library, withoutLibrary),
    };

    /// <summary>The path of a build's shared library; null when the prefix has none.</summary>
    public string? Library(PythonBuild build)
    {
        foreach (string name in build.LibraryNames(_roots.Platform))
        {
            foreach (string folder in _libraryFolders)
            {
                string path = Path.Combine(folder, name);
                if (_roots.FileExists(path))
                {
                    return path;
                }
            }
        }

        return FrameworkLibrary(build);
    }

    /// <summary>Whether <c>os.py</c> of the build is there.</summary>
    public bool HasStandardLibrary(PythonBuild build) => StandardLibrary(build) is not null;

    /// <summary>What must be there for the home to serve the build, relative to it.</summary>
    private string StandardLibraryName(PythonBuild build)
        => _roots.Platform == HostPlatform.Windows ? "Lib" : Path.Combine("lib", $"python{build.Name}");

    private string? StandardLibrary(PythonBuild build)
    {
        foreach (string parent in _standardLibraryParents)
        {
            string folder = Path.Combine(parent, _roots.Platform == HostPlatform.Windows ? "Lib" : $"python{build.Name}");
            if (_roots.FileExists(Path.Combine(folder, "os.py")))
            {
                return folder;
            }
        }

        return null;
    }

    private string? Problem(PythonBuild build, string? library, Func<PythonBuild, string>? withoutLibrary)
    {
        if (!SupportedVersions.Include(build.Version))
        {
            return $"version {build} is not supported ({SupportedVersions.Range})";
        }

        if (build.IsFreeThreaded)
        {
            return "free-threaded build: only builds with the GIL are supported";
        }

        if (library is null)
        {
            return withoutLibrary?.Invoke(build) ?? "built without a shared library";
        }

        if (StandardLibrary(build) is not { } standardLibrary)
        {
            return $"home '{_path}' lacks {Path.Combine(StandardLibraryName(build), "os.py")}";
        }

        string extensions = _roots.Platform == HostPlatform.Windows
            ? Path.Combine(_path, "DLLs")
            : Path.Combine(standardLibrary, "lib-dynload");
        return _roots.FolderExists(extensions)
            ? null
            : $"home '{_path}' lacks {Path.GetRelativePath(_path, extensions)}, the folder of extension modules (it may be empty)";
    }

    private Version Version(PythonBuild build)
    {
        string header = _roots.Platform == HostPlatform.Windows
            ? Path.Combine(_path, "include", "patchlevel.h")
            : Path.Combine(_path, "include", $"python{build.Name}", "patchlevel.h");
        const string Define = "#define PY_VERSION ";
        if (_roots.ReadText(header) is { } text && text.IndexOf(Define, StringComparison.Ordinal) is >= 0 and int at)
        {
            ReadOnlySpan<char> rest = text.AsSpan(at + Define.Length).TrimStart(" \t\"");
            if (VersionText.TryReadStart(rest, out Version? stated) && VersionText.SameMinor(stated, build.Version))
            {
                return stated;
            }
        }

        Version? named = VersionText.FindIn(Path.GetFileName(_path));
        return named is not null && VersionText.SameMinor(named, build.Version) ? named : build.Version;
    }

    private string? Executable(PythonBuild build)
    {
        string path = _roots.Platform == HostPlatform.Windows
            ? Path.Combine(_path, build.IsFreeThreaded ? $"python{build.Name}.exe" : "python.exe")
            : Path.Combine(_path, "bin", $"python{build.Name}");
        return _roots.FileExists(path) ? path : null;
    }

    /// <summary>A macOS framework's library has no version in its name: its folder has.</summary>
    private string? FrameworkLibrary(PythonBuild build)
    {
        if (_roots.Platform != HostPlatform.MacOS || Path.GetFileName(_path) != $"{build.Version.Major}.{build.Version.Minor}")
        {
            return null;
        }

        string library = Path.Combine(_path, build.IsFreeThreaded ? "PythonT" : "Python");
        return _roots.FileExists(library) ? library : null;
    }

    private string[] Existing(string[] folders) => Array.FindAll(folders, _roots.FolderExists);
}
