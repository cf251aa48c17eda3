using System.IO.MemoryMappedFiles;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>A file's bytes in memory, until it is disposed of. Made and disposed of without the GIL.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;

    public MappedFile(string path)
    {
        Blocking.MayWait();
        Length = (nint)new FileInfo(path).Length;
        _mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* data = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        Data = data;
    }

    public byte* Data { get; }

    public nint Length { get; }

    public void Dispose()
    {
        Blocking.MayWait();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
    }
}
