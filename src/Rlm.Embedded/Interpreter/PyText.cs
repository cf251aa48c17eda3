using System.Buffers;
using System.Text;
using Rlm.Embedded.CPython;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Text between .NET and Python, exact for every code point: pairs of surrogates become one astral character and back,
/// lone ones pass as they are. Every member needs the GIL.
/// </summary>
internal static unsafe class PyText
{
    // Where a str keeps its characters (PEP 393). Found by Probe; without it the slow, documented way is used.
    private static int s_asciiData;
    private static int s_compactData;
    private static int s_kindShift;
    private static bool s_direct;

    /// <summary>Learns the layout of <c>str</c> from samples of every width. Called once after Python has started.</summary>
    /// <param name="minor">The minor version: 3.12 dropped the <c>wchar_t</c> fields.</param>
    public static void Probe(int minor)
    {
        s_asciiData = minor >= 12 ? 40 : 48;
        s_compactData = minor >= 12 ? 56 : 72;
        foreach (int shift in (ReadOnlySpan<int>)[2, 16, 8])
        {
            s_kindShift = shift;
            if (Holds("ab", 1) && Holds("a\u00e9", 1) && Holds("a\u20ac", 2) && Holds("a\U0001F600", 4))
            {
                s_direct = true;
                return;
            }
        }

        s_direct = false;
    }

    /// <summary>A new <c>str</c>; null with MemoryError pending when there is no memory.</summary>
    public static PyObject* ToPython(ReadOnlySpan<char> text)
    {
        if (s_direct)
        {
            PyObject* ascii = PyUnicode_New(text.Length, 127);
            if (ascii == null)
            {
                return null;
            }

            LibC.PreferHugePages((byte*)ascii + s_asciiData, text.Length);
            Span<byte> data = new((byte*)ascii + s_asciiData, text.Length);
            if (Ascii.FromUtf16(text, data, out _) == OperationStatus.Done)
            {
                return ascii;
            }

            Py_DecRef(ascii);
        }

        int byteOrder = -1;
        fixed (char* chars = text)
        fixed (byte* errors = "surrogatepass"u8)
        {
            return text.IndexOfAnyInRange('\ud800', '\udfff') < 0
                ? PyUnicode_FromKindAndData(2, (byte*)chars, text.Length)
                : PyUnicode_DecodeUTF16((byte*)chars, (nint)text.Length * 2, errors, &byteOrder);
        }
    }

    /// <summary>An ASCII <c>str</c> whose characters the caller fills in before anyone else sees it.</summary>
    /// <param name="length">Characters.</param>
    /// <param name="data">Where they go.</param>
    public static PyObject* NewAscii(long length, out byte* data)
    {
        PyObject* text = PyUnicode_New((nint)length, 127);
        data = text == null || !s_direct ? null : (byte*)text + s_asciiData;
        if (data != null)
        {
            LibC.PreferHugePages(data, (nint)length);
        }

        return text;
    }

    /// <summary>A copy of a <c>str</c> (or of an instance of a subclass).</summary>
    /// <exception cref="PythonException">The text is longer than a .NET string can be.</exception>
    public static string ToManaged(PyObject* text)
    {
        if (!TryView(text, out byte* data, out int kind, out nint length))
        {
            return Encode(text);
        }

        if (length > 0x3FFF_FFDF)
        {
            throw new PythonException($"A text of {length:N0} characters is longer than a .NET string can be (1,073,741,791).");
        }

        return kind switch
        {
            1 => Encoding.Latin1.GetString(data, (int)length),
            2 => new string((char*)data, 0, (int)length),
            _ => Narrow(new ReadOnlySpan<uint>(data, (int)length)),
        };
    }

    /// <summary>The characters of a <c>str</c> where they lie: 1, 2 or 4 bytes each. False when the layout is not known.</summary>
    public static bool TryView(PyObject* text, out byte* data, out int kind, out nint length)
    {
        data = null;
        kind = 0;
        length = 0;
        if (!s_direct)
        {
            return false;
        }

        uint state = *(uint*)((byte*)text + 32);
        kind = (int)(state >> s_kindShift) & 7;
        bool compact = ((state >> (s_kindShift + 3)) & 1) != 0;
        bool ascii = ((state >> (s_kindShift + 4)) & 1) != 0;
        length = *(nint*)((byte*)text + 16);
        data = !compact ? *(byte**)((byte*)text + s_compactData) : (byte*)text + (ascii ? s_asciiData : s_compactData);
        return kind is 1 or 2 or 4;
    }

    /// <summary>True when the object is a <c>str</c> or an instance of a subclass.</summary>
    public static bool Is(PyObject* value) => (value->Type->Flags & PyTypeObject.UnicodeSubclass) != 0;

    /// <summary>UTF-16 code units of code points.</summary>
    private static string Narrow(ReadOnlySpan<uint> points)
    {
        int length = points.Length;
        foreach (uint point in points)
        {
            length += point > 0xFFFF ? 1 : 0;
        }

        string result = new('\0', length);
        fixed (char* start = result)
        {
            char* next = start;
            foreach (uint point in points)
            {
                if (point <= 0xFFFF)
                {
                    *next++ = (char)point;
                }
                else
                {
                    *next++ = (char)(0xD7C0 + (point >> 10));
                    *next++ = (char)(0xDC00 + (point & 0x3FF));
                }
            }
        }

        return result;
    }

    private static string Encode(PyObject* text)
    {
        fixed (byte* encoding = "utf-16-le"u8)
        fixed (byte* errors = "surrogatepass"u8)
        {
            using Owned bytes = new(PythonError.Check(PyUnicode_AsEncodedString(text, encoding, errors)));
            byte* data;
            nint length;
            PythonError.Check(PyBytes_AsStringAndSize(bytes.Pointer, &data, &length));
            return new string((char*)data, 0, (int)(length / 2));
        }
    }

    private static bool Holds(string sample, int kind)
    {
        int byteOrder = -1;
        fixed (char* chars = sample)
        {
            using Owned text = new(PyUnicode_DecodeUTF16((byte*)chars, sample.Length * 2, null, &byteOrder));
            s_direct = true;
            bool right = TryView(text.Pointer, out _, out int seen, out _) && seen == kind && ToManaged(text.Pointer) == sample;
            s_direct = false;
            return right;
        }
    }
}
