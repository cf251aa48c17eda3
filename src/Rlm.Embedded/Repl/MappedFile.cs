using System.IO.MemoryMappedFiles;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>A file as memory, read in: whoever looks at it waits for no disk.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private const int PageBytes = 4096;

    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a file that has a length.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public MappedFile(string path)
    {
        Blocking.MayWait();
        Length = (nint)new FileInfo(path).Length;
        _mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* data = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        Data = data;
        _ = Touch();
    }

    /// <summary>Its first byte, until it is disposed.</summary>
    public byte* Data { get; }

    /// <summary>Its bytes.</summary>
    public nint Length { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Blocking.MayWait();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
    }

    private int Touch()
    {
        int sum = 0;
        for (nint at = 0; at < Length; at += PageBytes)
        {
            sum += Volatile.Read(ref Data[at]);
        }

        return sum;
    }
}
