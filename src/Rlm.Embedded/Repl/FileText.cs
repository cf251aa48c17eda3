using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Makes a <c>str</c> of a file of UTF-8. ASCII is read straight into the <c>str</c>; other UTF-8 is decoded from a mapping: never a second copy.
/// Needs the GIL.
/// </summary>
internal static unsafe class FileText
{
    private const int Sample = 8192;

    /// <summary>A new reference to the text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">What was odd about it, or null.</param>
    /// <exception cref="RlmContextException">The file cannot be read.</exception>
    public static PyObject* Load(string path, out string? note)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long length = RandomAccess.GetLength(file);
            note = length == 0 ? $"the file '{Path.GetFileName(path)}' is empty" : null;
            PyObject* ascii = ReadAscii(file, length);
            return ascii != null ? ascii : Decode(path, out note);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new RlmContextException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Whether a file with a length has a NUL near its beginning. What has no length, such as a pipe, is not opened.</summary>
    /// <exception cref="RlmContextException">The file cannot be read.</exception>
    public static bool LooksBinary(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            Span<byte> sample = stackalloc byte[Sample];
            return sample[..RandomAccess.Read(file, sample, 0)].Contains((byte)0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RlmContextException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static PyObject* ReadAscii(SafeFileHandle file, long length)
    {
        using Owned text = new(PythonError.Check(PyText.NewAscii(length, out byte* data)));
        if (data == null)
        {
            return null;
        }

        long offset = 0;
        while (offset < length)
        {
            Span<byte> piece = new(data + offset, (int)Math.Min(length - offset, 4 << 20));
            int read = RandomAccess.Read(file, piece, offset);
            if (read == 0 || !Ascii.IsValid(piece[..read]))
            {
                return null;
            }

            offset += read;
        }

        // A pipe or a file of /proc has no length to trust.
        return length == 0 && RandomAccess.Read(file, stackalloc byte[1], 0) > 0 ? null : text.Release();
    }

    private static PyObject* Decode(string path, out string? note)
    {
        nint length = (nint)new FileInfo(path).Length;
        if (length == 0)
        {
            byte[] bytes = File.ReadAllBytes(path);
            fixed (byte* read = bytes.AsSpan().IsEmpty ? [0] : bytes)
            {
                return Decode(read, bytes.Length, path, out note);
            }
        }

        using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* data = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
        try
        {
            return Decode(data, length, path, out note);
        }
        finally
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    private static PyObject* Decode(byte* data, nint length, string path, out string? note)
    {
        note = null;
        fixed (byte* strict = "strict"u8)
        fixed (byte* replace = "replace"u8)
        {
            PyObject* text = PyUnicode_DecodeUTF8(data, length, strict);
            if (text != null)
            {
                return text;
            }

            PyErr_Clear();
            text = PythonError.Check(PyUnicode_DecodeUTF8(data, length, replace));
            bool binary = new ReadOnlySpan<byte>(data, (int)Math.Min(length, Sample)).Contains((byte)0);
            note = $"the file '{Path.GetFileName(path)}' is not valid UTF-8{(binary ? " and looks binary" : "")}: invalid bytes became U+FFFD";
            return text;
        }
    }
}
