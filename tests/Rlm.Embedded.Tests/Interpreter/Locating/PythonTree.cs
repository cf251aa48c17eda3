using System.Runtime.InteropServices;
using Rlm.Embedded.Interpreter.Locating;

namespace Rlm.Embedded.Tests.Interpreter.Locating;

/// <summary>A made-up machine: files in a temporary folder, environment variables in a dictionary.</summary>
public sealed class PythonTree : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("python-tree-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public PythonTree() => Directory.CreateDirectory(Home);

    public string Home => Path.Combine(_folder, "home", "me");

    internal HostPlatform Platform { get; init; } = HostPlatform.Linux;

    internal Architecture Processor { get; init; } = Architecture.X64;

    internal List<RegisteredPython> Registry { get; } = [];

    internal SearchRoots Roots => new(_folder, _environment, Home)
    {
        Platform = Platform,
        Processor = Processor,
        Registry = () => Registry,
    };

    public string this[string path] => Path.Combine(_folder, path.TrimStart('/'));

    public void Set(string variable, string value) => _environment[variable] = value;

    public string InHome(string path) => Path.Combine(Home, path);

    public string File(string path, string text = "")
    {
        path = Path.Combine(_folder, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public string Folder(string path) => Directory.CreateDirectory(Path.Combine(_folder, path.TrimStart('/'))).FullName;

    public void Link(string path, string target)
    {
        path = Path.Combine(_folder, path.TrimStart('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.CreateSymbolicLink(path, target);
    }

    public void Remove(string path) => System.IO.File.Delete(this[path]);

    /// <summary>An installation as `make install` lays it out on Unix.</summary>
    /// <param name="prefix">Its folder.</param>
    /// <param name="name">Version and ABI, such as 3.13t.</param>
    /// <param name="patch">Makes a patchlevel.h say it.</param>
    /// <param name="library">The shared library's path below the prefix; null for the usual one, empty for none.</param>
    /// <param name="lib">The folder of the standard library.</param>
    public string Install(string prefix, string name, int? patch = null, string? library = null, string lib = "lib")
    {
        File($"{prefix}/{lib}/python{name}/os.py");
        Folder($"{prefix}/{lib}/python{name}/lib-dynload");
        File($"{prefix}/bin/python{name}");
        library ??= Platform == HostPlatform.MacOS ? $"lib/libpython{name}.dylib" : $"lib/libpython{name}.so.1.0";
        if (library.Length > 0)
        {
            File($"{prefix}/{library}");
        }

        if (patch is not null)
        {
            File($"{prefix}/include/python{name}/patchlevel.h", $"/* Version */\n#define PY_MICRO_VERSION {patch}\n#define PY_VERSION      \t\"{name.TrimEnd('t')}.{patch}+\"\n");
        }

        return this[prefix];
    }

    /// <summary>Debian's: the library in a folder for the processor.</summary>
    public string InstallDebian(string name) => Install("/usr", name, library: $"lib/x86_64-linux-gnu/libpython{name}.so.1.0");

    /// <summary>python.org's on Windows.</summary>
    public string InstallWindows(string prefix, string digits, string? version = null)
    {
        File($"{prefix}/python{digits}.dll");
        File($"{prefix}/python3.dll");
        File($"{prefix}/python.exe");
        File($"{prefix}/Lib/os.py");
        Folder($"{prefix}/DLLs");
        if (version is not null)
        {
            File($"{prefix}/include/patchlevel.h", $"#define PY_VERSION             \"{version}\"\r\n");
        }

        return this[prefix];
    }

    /// <summary>A virtual environment as `python -m venv` makes it.</summary>
    public string VirtualEnvironment(string path, string home, string version, string more = "")
    {
        File($"{path}/pyvenv.cfg", $"home = {home}\ninclude-system-site-packages = false\nversion = {version}\n{more}");
        string minor = string.Join('.', version.Split('.')[..2]);
        Folder($"{path}/lib/python{minor}/site-packages");
        return this[path];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
