using System.Text;

namespace Rlm.Embedded.Interpreter;

/// <summary>A text as zero-ended UTF-8 outside the heap of .NET, for the C API. Freed by <c>using</c>.</summary>
internal readonly unsafe ref struct NativeText(string text) : IDisposable
{
    /// <summary>The first byte. Valid until <see cref="Dispose"/>.</summary>
    public byte* Pointer { get; } = Keep(text);

    /// <summary>A copy that is never freed, for what CPython keeps for as long as the process lives.</summary>
    public static byte* Keep(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* copy = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        copy[length] = 0;
        return copy;
    }

    public void Dispose() => NativeMemory.Free(Pointer);
}
