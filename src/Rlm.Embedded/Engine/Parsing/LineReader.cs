namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Walks a text line by line without copying it.</summary>
internal struct LineReader(string text, int limit)
{
    public LineReader(string text)
        : this(text, text.Length)
    {
    }

    private int _lineFeed = -1; // the one that ends the current line, so that a line taken in parts is searched once

    /// <summary>Where the current line starts.</summary>
    public int Start { get; private set; }

    /// <summary>Where the current line ends, its line end excluded.</summary>
    public int End { get; private set; }

    /// <summary>Where the next line starts.</summary>
    public int Next { get; private set; }

    public readonly ReadOnlySpan<char> Line => text.AsSpan(Start, End - Start);

    public bool Read()
    {
        if (Next >= limit)
        {
            return false;
        }

        Start = Next;
        if (Start > _lineFeed)
        {
            var length = text.AsSpan(Start, limit - Start).IndexOf('\n');
            _lineFeed = length < 0 ? limit : Start + length;
        }

        End = _lineFeed;
        Next = Math.Min(limit, End + 1);
        if (End > Start && text[End - 1] == '\r')
        {
            End--;
        }

        return true;
    }

    /// <summary>Makes the next line start at <paramref name="position"/>, which is not before the current one.</summary>
    public void Seek(int position) => Next = position;
}
