using System.Buffers.Binary;

namespace Rlm.Embedded.Interpreter;

/// <summary>Finds and reads modules for threads that may read no files. Runs no Python. Thread-safe.</summary>
/// <param name="roots">The folders of <c>sys.path</c>; what is outside of them is never read.</param>
/// <param name="suffixes">How the files of extension modules end, such as <c>.cpython-311-x86_64-linux-gnu.so</c>.</param>
/// <param name="cacheTag">What names compiled files, such as <c>cpython-311</c>.</param>
/// <param name="magic">How compiled files of this interpreter begin.</param>
internal sealed class LibraryFiles(IReadOnlyList<string> roots, IReadOnlyList<string> suffixes, string cacheTag, byte[] magic)
{
    private const int ResolveNow = 2;
    private const int HeaderBytes = 16;

    /// <summary>
    /// Looks for a module and reads it. An extension module's shared object is opened: to open it again by the same path takes no file.
    /// </summary>
    /// <param name="name">Its full name, such as <c>xml.etree.ElementTree</c>.</param>
    /// <param name="folders">The folders of the package it is in; null for those of <c>sys.path</c>.</param>
    /// <param name="packages">Folders of packages that <paramref name="folders"/> may lie in besides.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="IOException">A file of it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process has no right to a file of it.</exception>
    public LibraryModule? Find(string name, IReadOnlyList<string>? folders, IReadOnlyList<string> packages)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        return last.Length == 0 || last.AsSpan().ContainsAny('/', '\\', '\0')
            ? null
            : (folders?.Where(folder => IsIn(roots, folder) || IsIn(packages, folder)) ?? roots).Select(folder => Find(Path.Combine(folder, last))).FirstOrDefault(found => found is not null);
    }

    private LibraryModule? Find(string path) => Source(Path.Combine(path, "__init__.py"), isPackage: true) ?? Native(path) ?? Source(path + ".py", isPackage: false);

    private LibraryModule? Source(string path, bool isPackage)
    {
        Blocking.MayWait();
        FileInfo file = new(path);
        if (!file.Exists)
        {
            return null;
        }

        string cached = Path.Combine(file.DirectoryName!, "__pycache__", $"{Path.GetFileNameWithoutExtension(path)}.{cacheTag}.pyc");
        return new LibraryModule(path, isPackage, File.ReadAllBytes(path), File.Exists(cached) ? Fresh(File.ReadAllBytes(cached), file) : null);
    }

    /// <summary>The code in a compiled file that was made of the source as it is now (PEP 552, by time and size), or null.</summary>
    private byte[]? Fresh(byte[] compiled, FileInfo source)
    {
        Blocking.MayWait();
        if (compiled.Length <= HeaderBytes || !compiled.AsSpan().StartsWith(magic))
        {
            return null;
        }

        ReadOnlySpan<byte> header = compiled.AsSpan(magic.Length);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint time = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        uint changed = (uint)new DateTimeOffset(source.LastWriteTimeUtc).ToUnixTimeSeconds();
        return flags == 0 && time == changed && size == (uint)source.Length ? compiled[HeaderBytes..] : null;
    }

    private LibraryModule? Native(string path)
    {
        Blocking.MayWait();
        return suffixes.Select(suffix => path + suffix).FirstOrDefault(File.Exists) is { } file && Open(file)
            ? new LibraryModule(file, IsPackage: false, Source: null, Code: null)
            : null;
    }

    private static bool Open(string file) => OperatingSystem.IsWindows() ? NativeLibrary.TryLoad(file, out _) : LibC.DlOpen(file, ResolveNow) != 0;

    private static bool IsIn(IReadOnlyList<string> roots, string folder)
    {
        string full = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
        return roots.Any(root => full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }
}
