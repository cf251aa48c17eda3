using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rlm.Embedded.Bench.Floors;

/// <summary>The least that loading a context can cost: its bytes, once, into pages that nobody has touched.</summary>
internal static unsafe class FreshPages
{
    private const int Piece = 4 << 20;

    /// <summary>Narrows a text of ASCII.</summary>
    public static void Narrow(string text)
    {
        byte* pages = (byte*)NativeMemory.Alloc((nuint)text.Length);
        Ascii.FromUtf16(text, new Span<byte>(pages, text.Length), out _);
        NativeMemory.Free(pages);
    }

    /// <summary>Reads a file by pieces and copies each.</summary>
    public static void Read(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        byte* pages = (byte*)NativeMemory.Alloc((nuint)length);
        byte[] piece = GC.AllocateUninitializedArray<byte>(Piece);
        long at = 0;
        while (RandomAccess.Read(file, piece, at) is > 0 and int read)
        {
            piece.AsSpan(0, read).CopyTo(new Span<byte>(pages + at, read));
            at += read;
        }

        NativeMemory.Free(pages);
    }
}
