using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Makes a <c>str</c> of a file of UTF-8, or of UTF-16 or UTF-32 with a byte order mark; no mark becomes part of the text. ASCII is read straight into the <c>str</c>; other text is
/// decoded from a mapping: never a second copy. What has no length, such as a pipe, is read to its end. Needs the GIL, gives it up while it reads,
/// and leaves the reading to a thread of the host where the calling one is confined.
/// </summary>
internal static unsafe class FileText
{
    private const int Sample = 8192;
    private const int Piece = 4 << 20;

    /// <summary>A new reference to the text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="note">What was odd about it, or null.</param>
    /// <exception cref="RlmContextException">The file cannot be read, or is of a kind that is no text.</exception>
    public static PyObject* Load(string path, out string? note)
    {
        try
        {
            (SafeFileHandle file, long length, byte[] begin) = Outside.Do(() => Open(path));
            try
            {
                if (length == 0)
                {
                    return ReadAll(file, path, out note);
                }

                note = null;
                FileSignature.Refuse(begin, $"the file '{path}'", path);
                PyObject* ascii = ReadAscii(file, length);
                return ascii != null ? ascii : Decode(path, out note);
            }
            finally
            {
                Outside.Do(file.Dispose);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new RlmContextException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>A new reference to the text that the bytes of a file are.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">What messages call them.</param>
    /// <param name="note">What was odd about them, or null.</param>
    /// <exception cref="RlmContextException">They are of a kind that is no text.</exception>
    public static PyObject* Load(ReadOnlyMemory<byte> bytes, string name, out string? note)
    {
        FileSignature.Refuse(bytes.Span, name, "FILE");
        using MemoryHandle pinned = bytes.Pin();
        return Decode((byte*)pinned.Pointer, bytes.Length, name, out note);
    }

    /// <summary>Whether a file with a length is of a kind that is no text, or has a NUL near its beginning and no byte order mark that explains it. Reads on the calling thread.</summary>
    /// <exception cref="RlmContextException">The file cannot be read.</exception>
    public static bool LooksBinary(string path)
    {
        Blocking.MayWait();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            ReadOnlySpan<byte> sample = Begin(file, stackalloc byte[Sample]);
            return FileSignature.Find(sample) is not null || (UnicodeMark.UnitBytes(sample) == 0 && sample.Contains((byte)0));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RlmContextException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The file, its length (0 for what has none) and its first bytes. Opening a pipe waits for who writes to it.</summary>
    private static (SafeFileHandle File, long Length, byte[] Begin) Open(string path)
    {
        Blocking.MayWait();
        SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        try
        {
            long length = Length(file);
            return (file, length, length == 0 ? [] : Begin(file, stackalloc byte[FileSignature.Length]).ToArray());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static long Length(SafeFileHandle file)
    {
        Blocking.MayWait();
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (NotSupportedException)
        {
            return 0;
        }
    }

    private static ReadOnlySpan<byte> Begin(SafeFileHandle file, Span<byte> buffer)
    {
        Blocking.MayWait();
        return buffer[..RandomAccess.Read(file, buffer, 0)];
    }

    private static string Subject(string path) => $"the file '{Path.GetFileName(path)}'";

    private static PyObject* ReadAscii(SafeFileHandle file, long length)
    {
        using Owned text = new(PythonError.Check(PyText.NewAscii(length, out byte* data)));
        if (data == null)
        {
            return null;
        }

        nint start = (nint)data;
        return Outside.Do(() => Fill(file, (byte*)start, length)) ? text.Release() : null;
    }

    private static bool Fill(SafeFileHandle file, byte* data, long length)
    {
        Blocking.MayWait();
        long offset = 0;
        while (offset < length)
        {
            Span<byte> piece = new(data + offset, (int)Math.Min(length - offset, Piece));
            int read = RandomAccess.Read(file, piece, offset);
            if (read == 0 || !Ascii.IsValid(piece[..read]))
            {
                return false;
            }

            offset += read;
        }

        return true;
    }

    /// <summary>A pipe or a file of /proc has no length to trust.</summary>
    private static PyObject* ReadAll(SafeFileHandle file, string path, out string? note)
    {
        (nint start, long length) = Outside.Do(() => ReadToEnd(file));
        byte* data = (byte*)start;
        try
        {
            FileSignature.Refuse(new ReadOnlySpan<byte>(data, (int)Math.Min(length, FileSignature.Length)), $"the file '{path}'", path);
            PyObject* text = Decode(data, (nint)length, Subject(path), out note);
            note = length == 0 ? $"{Subject(path)} is empty" : note;
            return text;
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    private static (nint Start, long Length) ReadToEnd(SafeFileHandle file)
    {
        Blocking.MayWait();
        using FileStream stream = new(file, FileAccess.Read, bufferSize: 0);
        long capacity = 1 << 16;
        long length = 0;
        byte* data = (byte*)NativeMemory.Alloc((nuint)capacity);
        try
        {
            while (true)
            {
                int read = stream.Read(new Span<byte>(data + length, (int)Math.Min(capacity - length, Piece)));
                if (read == 0)
                {
                    return ((nint)data, length);
                }

                length += read;
                if (length == capacity)
                {
                    capacity *= 2;
                    data = (byte*)NativeMemory.Realloc(data, (nuint)capacity);
                }
            }
        }
        catch
        {
            NativeMemory.Free(data);
            throw;
        }
    }

    private static PyObject* Decode(string path, out string? note)
    {
        MappedFile mapped = Outside.Do(() => new MappedFile(path));
        try
        {
            return Decode(mapped.Data, mapped.Length, Subject(path), out note);
        }
        finally
        {
            Outside.Do(mapped.Dispose);
        }
    }

    private static PyObject* Decode(byte* data, nint length, string subject, out string? note)
    {
        note = null;
        ReadOnlySpan<byte> begin = new(data, (int)Math.Min(length, 4));
        int unit = UnicodeMark.UnitBytes(begin);
        int skipped = UnicodeMark.Utf8Bytes(begin);
        data += skipped;
        length -= skipped;
        fixed (byte* strict = "strict"u8)
        fixed (byte* replace = "replace"u8)
        {
            PyObject* text = Decode(data, length, unit, strict);
            if (text != null)
            {
                return text;
            }

            PyErr_Clear();
            text = PythonError.Check(Decode(data, length, unit, replace));
            bool binary = unit == 0 && new ReadOnlySpan<byte>(data, (int)Math.Min(length, Sample)).Contains((byte)0);
            string encoding = unit switch { 4 => "UTF-32", 2 => "UTF-16", _ => "UTF-8" };
            note = $"{subject} is not valid {encoding}{(binary ? " and looks binary" : "")}: invalid bytes became U+FFFD";
            return text;
        }
    }

    private static PyObject* Decode(byte* data, nint length, int unit, byte* errors)
    {
        // 0: the mark says which, and is not part of the text.
        int byteOrder = 0;
        return unit switch
        {
            4 => PyUnicode_DecodeUTF32(data, length, errors, &byteOrder),
            2 => PyUnicode_DecodeUTF16(data, length, errors, &byteOrder),
            _ => PyUnicode_DecodeUTF8(data, length, errors),
        };
    }
}
