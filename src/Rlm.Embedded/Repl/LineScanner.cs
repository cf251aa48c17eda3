using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>Counts the lines of texts, 64 characters at a time: a context is looked at once, as fast as memory gives it.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LineScanner
{
    private const int Block = 64;

    private long _feeds;
    private long _returns;
    private long _pairs;
    private long _unended;
    private long _longest;
    private long _position;
    private long _lineStart;
    private ulong _endsInReturn; // 1 when the block before did

    /// <summary>What was counted.</summary>
    public readonly TextLines Lines => new(_feeds + _returns - _pairs + _unended, _longest, _feeds - _pairs, _pairs, _returns - _pairs);

    /// <summary>Counts a <c>str</c>. Needs the GIL.</summary>
    public unsafe void Add(PyObject* text)
    {
        if (!PyText.TryView(text, out byte* data, out int kind, out nint length))
        {
            AddText<ushort>(MemoryMarshal.Cast<char, ushort>(PyText.ToManaged(text)));
            return;
        }

        const int Piece = 1 << 28; // a span has at most 2^31 elements
        for (nint from = 0; from < length; from += Piece)
        {
            int count = (int)Math.Min(length - from, Piece);
            switch (kind)
            {
                case 1:
                    Scan(new ReadOnlySpan<byte>(data + from, count));
                    break;
                case 2:
                    Scan(new ReadOnlySpan<ushort>((ushort*)data + from, count));
                    break;
                default:
                    Scan(new ReadOnlySpan<uint>((uint*)data + from, count));
                    break;
            }
        }

        EndText();
    }

    /// <summary>Counts a text of characters of any width.</summary>
    public void AddText<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        Scan(text);
        EndText();
    }

    private void EndText()
    {
        if (_position > _lineStart)
        {
            _longest = Math.Max(_longest, _position - _lineStart);
            _unended++;
        }

        _position = _lineStart = 0;
        _endsInReturn = 0;
    }

    private void Scan<T>(ReadOnlySpan<T> text)
        where T : unmanaged, IBinaryInteger<T>
    {
        T feed = T.CreateTruncating('\n');
        T carriage = T.CreateTruncating('\r');
        Vector512<T> feeds = Vector512.Create(feed);
        Vector512<T> carriages = Vector512.Create(carriage);
        LineScanner local = this; // in registers
        ref T first = ref MemoryMarshal.GetReference(text);
        int at = 0;
        for (; at <= text.Length - Block; at += Block)
        {
            ulong feedBits = 0;
            ulong returnBits = 0;
            for (int i = 0; i < Block; i += Vector512<T>.Count)
            {
                Vector512<T> part = Vector512.LoadUnsafe(ref first, (nuint)(at + i));
                feedBits |= Vector512.Equals(part, feeds).ExtractMostSignificantBits() << i;
                returnBits |= Vector512.Equals(part, carriages).ExtractMostSignificantBits() << i;
            }

            local.Take(feedBits, returnBits, Block);
        }

        if (at < text.Length)
        {
            ulong feedBits = 0;
            ulong returnBits = 0;
            for (int i = at; i < text.Length; i++)
            {
                feedBits |= (text[i] == feed ? 1UL : 0) << (i - at);
                returnBits |= (text[i] == carriage ? 1UL : 0) << (i - at);
            }

            local.Take(feedBits, returnBits, text.Length - at);
        }

        this = local;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(ulong feeds, ulong returns, int size)
    {
        ulong ends = feeds | returns;
        if ((ends | _endsInReturn) != 0)
        {
            _feeds += BitOperations.PopCount(feeds);
            _returns += BitOperations.PopCount(returns);
            _pairs += BitOperations.PopCount(feeds & ((returns << 1) | _endsInReturn));
            _endsInReturn = (returns >> (size - 1)) & 1;
        }

        if (ends != 0)
        {
            _longest = Math.Max(_longest, _position + BitOperations.TrailingZeroCount(ends) - _lineStart);
            if (_longest < Block - 1 && HasRun(~ends, (int)_longest + 1))
            {
                MeasureWithin(ends);
            }

            _lineStart = _position + Block - BitOperations.LeadingZeroCount(ends);
        }

        _position += size;
    }

    /// <summary>Whether so many bits in a row are set. Seldom true: lines are looked at one by one only where one may be the longest.</summary>
    private static bool HasRun(ulong bits, int length)
    {
        int done = 1;
        for (; done * 2 <= length; done *= 2)
        {
            bits &= bits >> done;
        }

        return (bits & (bits >> (length - done))) != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MeasureWithin(ulong ends)
    {
        int start = BitOperations.TrailingZeroCount(ends) + 1;
        for (ends &= ends - 1; ends != 0; ends &= ends - 1)
        {
            int end = BitOperations.TrailingZeroCount(ends);
            _longest = Math.Max(_longest, end - start);
            start = end + 1;
        }
    }
}
