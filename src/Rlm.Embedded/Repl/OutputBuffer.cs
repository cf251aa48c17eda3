using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>
/// What a cell prints: the first and the last half of the limit are kept, the middle is only counted.
/// Memory is bounded whatever is printed. Written with the GIL held.
/// </summary>
internal sealed class OutputBuffer
{
    private readonly int _half;
    private readonly OutputFlow? _flow;
    private readonly bool _isError;
    private char[] _head = new char[256];
    private char[]? _tail;
    private int _headLength;
    private int _tailStart;
    private int _tailLength;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="limit">Characters kept.</param>
    /// <param name="flow">Who listens, or null.</param>
    /// <param name="isError">Which stream it is, for <paramref name="flow"/>.</param>
    public OutputBuffer(int limit, OutputFlow? flow = null, bool isError = false)
    {
        _half = Math.Max(limit / 2, 1);
        _flow = flow;
        _isError = isError;
    }

    /// <summary>Characters written since the last <see cref="Clear"/>, kept or not.</summary>
    public long Written { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Written = 0;
        _headLength = _tailStart = _tailLength = 0;
    }

    /// <summary>Writes text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        if (_flow is not null && Written < _half * 2L && !text.IsEmpty)
        {
            _flow.Add(new string(text[..(int)Math.Min(text.Length, (_half * 2L) - Written)]), _isError);
        }

        Written += text.Length;
        if (_headLength < _half)
        {
            int part = Math.Min(text.Length, _half - _headLength);
            EnsureHead(_headLength + part);
            text[..part].CopyTo(_head.AsSpan(_headLength));
            _headLength += part;
            text = text[part..];
        }

        if (!text.IsEmpty)
        {
            AppendTail(text);
        }
    }

    /// <summary>Writes one character.</summary>
    public void Append(char character) => Append([character]);

    /// <summary>Writes a Python <c>str</c>; of a long one only the parts that will be kept are copied.</summary>
    public unsafe void Append(PyObject* text)
    {
        if (!PyText.TryView(text, out byte* data, out int kind, out nint length))
        {
            Append(PyText.ToManaged(text));
            return;
        }

        long room = _half - _headLength;
        if (length <= room + _half)
        {
            AppendPart(data, kind, 0, length);
            return;
        }

        AppendPart(data, kind, 0, (nint)room);
        long skipped = length - room - _half;
        Written += skipped;
        AppendPart(data, kind, length - _half, _half);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        long dropped = Written - _headLength - _tailLength;
        string middle = dropped > 0 ? OutputMark.Of(dropped, _headLength, _half * 2L) : "";
        if (Written == 0)
        {
            return "";
        }

        if (_tailLength == 0)
        {
            return new string(_head, 0, _headLength);
        }

        int first = Math.Min(_tailLength, _half - _tailStart);
        return string.Concat(
            _head.AsSpan(0, _headLength),
            middle,
            _tail.AsSpan(_tailStart, first),
            _tail.AsSpan(0, _tailLength - first));
    }

    private unsafe void AppendPart(byte* data, int kind, nint start, nint count)
    {
        Span<char> piece = stackalloc char[512];
        nint end = start + count;
        while (start < end)
        {
            int length = 0;
            if (kind == 2)
            {
                int part = (int)Math.Min(end - start, 0x1000_0000);
                Append(new ReadOnlySpan<char>((char*)data + start, part));
                start += part;
                continue;
            }

            for (; start < end && length < piece.Length - 1; start++)
            {
                uint point = kind == 1 ? data[start] : ((uint*)data)[start];
                if (point <= 0xFFFF)
                {
                    piece[length++] = (char)point;
                }
                else
                {
                    piece[length++] = (char)(0xD7C0 + (point >> 10));
                    piece[length++] = (char)(0xDC00 + (point & 0x3FF));
                }
            }

            Append(piece[..length]);
        }
    }

    private void AppendTail(ReadOnlySpan<char> text)
    {
        _tail ??= new char[_half];
        if (text.Length >= _half)
        {
            text[^_half..].CopyTo(_tail);
            _tailStart = 0;
            _tailLength = _half;
            return;
        }

        int end = (_tailStart + _tailLength) % _half;
        int first = Math.Min(text.Length, _half - end);
        text[..first].CopyTo(_tail.AsSpan(end));
        text[first..].CopyTo(_tail);
        int overflow = Math.Max(_tailLength + text.Length - _half, 0);
        _tailStart = (_tailStart + overflow) % _half;
        _tailLength = Math.Min(_tailLength + text.Length, _half);
    }

    private void EnsureHead(int length)
    {
        if (length > _head.Length)
        {
            Array.Resize(ref _head, Math.Min(Math.Max(length, _head.Length * 2), Math.Max(_half, length)));
        }
    }
}
