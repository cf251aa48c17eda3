using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>Makes the Python value of a context. Needs the GIL.</summary>
internal static unsafe class ContextLoader
{
    /// <summary>A new reference to the value, and what it is.</summary>
    /// <exception cref="RlmContextException">A file cannot be read.</exception>
    public static PyObject* Load(RlmContext context, out ContextInfo info)
    {
        switch (context)
        {
            case RlmContext.Text text:
                return Described(PythonError.Check(PyText.ToPython(text.Value)), null, out info);
            case RlmContext.TextFile file:
                PyObject* value = LoadFile(file.Path, out string? note);
                return Described(value, note, out info);
            case RlmContext.TextList list:
                return LoadList(list.Values, out info);
            default:
                throw new RlmContextException($"A context of the kind {context.GetType().Name} cannot be loaded.");
        }
    }

    private static PyObject* Described(PyObject* text, string? note, out ContextInfo info)
    {
        long length = PyUnicode_GetLength(text);
        info = new ContextInfo("str", length, [length], note);
        return text;
    }

    private static PyObject* LoadList(IReadOnlyList<string> texts, out ContextInfo info)
    {
        Owned list = new(PythonError.Check(PyList_New(texts.Count)));
        long[] lengths = new long[texts.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            PyObject* text = PythonError.Check(PyText.ToPython(texts[i]));
            lengths[i] = PyUnicode_GetLength(text);
            PythonError.Check(PyList_SetItem(list.Pointer, i, text));
        }

        info = new ContextInfo("list", lengths.Sum(), lengths);
        return list.Release();
    }

    /// <summary>ASCII is read straight into the <c>str</c>; other UTF-8 is decoded from a mapping: never a second copy.</summary>
    private static PyObject* LoadFile(string path, out string? note)
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
            note = $"the file '{Path.GetFileName(path)}' is not valid UTF-8{(LooksBinary(data, length) ? " and looks binary" : "")}: invalid bytes became U+FFFD";
            return text;
        }
    }

    private static bool LooksBinary(byte* data, nint length) =>
        new ReadOnlySpan<byte>(data, (int)Math.Min(length, 8192)).Contains((byte)0);
}
