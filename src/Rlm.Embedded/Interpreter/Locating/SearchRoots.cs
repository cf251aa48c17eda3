using System.Collections;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>
/// All that locating reads: files below a root, environment variables, the home folder, the registry.
/// Reading never throws: what cannot be read is not there. Thread-safe.
/// </summary>
internal sealed class SearchRoots
{
    private const int LongestText = 64 * 1024;

    // Deeper chains of folder links than this are loops.
    private const int MostLinks = 40;

    private static readonly EnumerationOptions s_everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
        RecurseSubdirectories = false,
    };

    private readonly string _root;
    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>Makes the roots of a search.</summary>
    /// <param name="root">The folder that stands for <c>/</c>.</param>
    /// <param name="environment">The environment variables. Paths in them are not put below <paramref name="root"/>.</param>
    /// <param name="home">The user's home folder, or null when there is none.</param>
    public SearchRoots(string root, IReadOnlyDictionary<string, string> environment, string? home)
    {
        _root = root;
        _environment = environment;
        Home = home is { Length: > 0 } ? home : null;
    }

    /// <summary>The user's home folder, or null.</summary>
    public string? Home { get; }

    /// <summary>How installations are laid out.</summary>
    public HostPlatform Platform { get; init; } = HostPlatform.Linux;

    /// <summary>What this process runs on; libraries for other processors may lie beside ours.</summary>
    public Architecture Processor { get; init; } = Architecture.X64;

    /// <summary>Debian's name for <see cref="Processor"/>, such as <c>x86_64-linux-gnu</c>.</summary>
    public string Multiarch => Processor switch
    {
        Architecture.X64 => "x86_64-linux-gnu",
        Architecture.Arm64 => "aarch64-linux-gnu",
        Architecture.X86 => "i386-linux-gnu",
        Architecture.Arm or Architecture.Armv6 => "arm-linux-gnueabihf",
        Architecture.S390x => "s390x-linux-gnu",
        Architecture.Ppc64le => "powerpc64le-linux-gnu",
        Architecture.LoongArch64 => "loongarch64-linux-gnu",
        Architecture.RiscV64 => "riscv64-linux-gnu",
        _ => "unknown-linux-gnu",
    };

    /// <summary>Reads the registry; empty elsewhere than on Windows.</summary>
    public Func<IEnumerable<RegisteredPython>> Registry { get; init; } = static () => [];

    /// <summary>The machine this process runs on.</summary>
    public static SearchRoots OfThisProcess()
    {
        bool windows = OperatingSystem.IsWindows();
        var environment = new Dictionary<string, string>(windows ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
#pragma warning disable RS0030 // The one place.
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
#pragma warning restore RS0030
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        return new SearchRoots("/", environment, home)
        {
            Platform = windows ? HostPlatform.Windows : OperatingSystem.IsMacOS() ? HostPlatform.MacOS : HostPlatform.Linux,
            Processor = RuntimeInformation.ProcessArchitecture,
            Registry = WindowsRegistry.Read,
        };
    }

    /// <summary>The value of an environment variable; null when unset or empty.</summary>
    public string? Variable(string name)
        => _environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

    /// <summary>The full path an environment variable holds; null when unset or empty.</summary>
    public string? PathVariable(string name) => Variable(name) is { } value ? FullPath(value) : null;

    /// <summary>A folder of the system, below the root.</summary>
    /// <param name="path">A path that starts with a slash.</param>
    public string System(string path) => Path.Combine(_root, path.TrimStart('/'));

    /// <summary>A folder below the user's home; null when there is no home.</summary>
    public string? InHome(string path) => Home is null ? null : Path.Combine(Home, path);

#pragma warning disable CA1822 // These read no field, but stay members: this type is the one way to the file system.

    /// <summary>Whether there is a file.</summary>
    public bool FileExists(string path) => File.Exists(path);

    /// <summary>Whether there is a folder.</summary>
    public bool FolderExists(string path) => Directory.Exists(path);

    /// <summary>The folders right below a folder, links to folders included, in no order.</summary>
    public IReadOnlyList<string> Folders(string path)
        => Attempt(() => Directory.Exists(path) ? Directory.GetDirectories(path, "*", s_everything) : []) ?? [];

    /// <summary>The files right below a folder whose names fit a pattern, hidden ones left out, in no order.</summary>
    public IReadOnlyList<string> Files(string path, string pattern)
        => Attempt(() => Directory.Exists(path) ? Array.FindAll(Directory.GetFiles(path, pattern, s_everything), file => Path.GetFileName(file)[0] != '.') : []) ?? [];

    /// <summary>The first 64 KiB of a text file, read as UTF-8; null when it cannot be read.</summary>
    public string? ReadText(string path) => Attempt(() =>
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using SafeFileHandle file = File.OpenHandle(path);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestText)];
        return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, fileOffset: 0)).TrimStart('\uFEFF');
    });

    /// <summary>The path with every link in it followed; the path itself where a link leads nowhere or in a circle.</summary>
    public string Resolve(string path) => Attempt(() => Resolve(path, 0)) ?? path;

    /// <summary>The full path without a slash at its end; the text itself when it is no path.</summary>
    public string FullPath(string path) => Attempt(() => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) ?? path;

#pragma warning restore CA1822

    private static string Resolve(string path, int depth)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null || depth > MostLinks)
        {
            return path;
        }

        path = Path.Combine(Resolve(parent, depth + 1), Path.GetFileName(path));
        FileSystemInfo? target = File.ResolveLinkTarget(path, returnFinalTarget: false);
        return target is null ? path : Resolve(target.FullName, depth + 1);
    }

    private static T? Attempt<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
