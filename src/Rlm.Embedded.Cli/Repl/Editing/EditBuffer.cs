using System.Globalization;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>The cell being written, and the place in it. Moves by what a reader sees as one character.</summary>
internal sealed class EditBuffer
{
    private string _erased = "";

    /// <summary>The text. Lines end with a line feed.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the next character goes, in UTF-16 units.</summary>
    public int Cursor { get; private set; }

    private int LineStart => Text.LastIndexOf('\n', Math.Max(Cursor - 1, 0), Math.Max(Cursor, 0)) + 1;

    private int LineEnd => Text.IndexOf('\n', Cursor) is var end && end < 0 ? Text.Length : end;

    /// <summary>The text of the cursor's line that stands before the cursor.</summary>
    public ReadOnlySpan<char> BeforeCursor => Text.AsSpan(LineStart, Cursor - LineStart);

    public bool IsOnFirstLine => LineStart == 0;

    public bool IsOnLastLine => LineEnd == Text.Length;

    /// <summary>Puts other text in the place of all, with the cursor at its end.</summary>
    public void Set(string text)
    {
        Text = text;
        Cursor = text.Length;
    }

    public void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    /// <summary>Puts text in the place of what stands before the cursor.</summary>
    public void Replace(int before, string text)
    {
        Erase(Cursor - before, Cursor);
        Insert(text);
    }

    /// <summary>Begins a line, indented as Python's editors do.</summary>
    public void InsertLine(bool indent)
    {
        if (!indent)
        {
            Insert("\n");
            return;
        }

        ReadOnlySpan<char> line = BeforeCursor;
        ReadOnlySpan<char> code = line.Trim();
        int spaces = line.Length - line.TrimStart(' ').Length;
        int word = code.IndexOfAny(" (:;#");
        spaces += code.EndsWith(':') ? 4
            : (word < 0 ? code : code[..word]) is "return" or "pass" or "break" or "continue" or "raise" ? -Math.Min(4, spaces)
            : 0;
        if (code.IsEmpty)
        {
            // A line of nothing but indentation is empty.
            Erase(LineStart, Cursor);
        }

        Insert("\n" + new string(' ', spaces));
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = LineStart;

    public void End() => Cursor = LineEnd;

    public void ToEndOfText() => Cursor = Text.Length;

    public void Up() => ToLine(LineStart - 1);

    public void Down() => ToLine(LineEnd + 1);

    public void WordLeft() => Cursor = WordBefore();

    public void WordRight() => Cursor = WordAfter();

    /// <summary>Erases the character before the cursor, or a step of indentation.</summary>
    public void Backspace()
    {
        ReadOnlySpan<char> before = BeforeCursor;
        bool indentation = before.Length > 0 && before.Trim(' ').IsEmpty;
        Erase(indentation ? Cursor - (((before.Length - 1) % 4) + 1) : Before(Cursor), Cursor);
    }

    public void Delete() => Erase(Cursor, After(Cursor));

    public void EraseWordLeft() => Keep(WordBefore(), Cursor);

    public void EraseWordRight() => Keep(Cursor, WordAfter());

    public void EraseToStart() => Keep(LineStart, Cursor);

    public void EraseToEnd() => Keep(Cursor, LineEnd == Cursor ? After(Cursor) : LineEnd);

    /// <summary>Inserts what was erased last.</summary>
    public void PutBack() => Insert(_erased);

    private void Keep(int start, int end)
    {
        if (end > start)
        {
            _erased = Text[start..end];
            Erase(start, end);
        }
    }

    private void Erase(int start, int end)
    {
        Text = Text.Remove(start, end - start);
        Cursor = start;
    }

    private void ToLine(int place)
    {
        if (place < 0 || place > Text.Length)
        {
            return;
        }

        int column = new StringInfo(BeforeCursor.ToString()).LengthInTextElements;
        Cursor = place;
        Cursor = LineStart;
        int end = LineEnd;
        for (; column > 0 && Cursor < end; column--)
        {
            Right();
        }
    }

    private int After(int place) => place >= Text.Length ? place : place + StringInfo.GetNextTextElementLength(Text.AsSpan(place));

    private int Before(int place)
    {
        if (place == 0)
        {
            return 0;
        }

        // What is one character is only known from before it; no line feed is part of a longer one.
        int start = Text.LastIndexOf('\n', place - 1) is var feed && feed == place - 1 ? feed : feed + 1;
        while (true)
        {
            int next = After(start);
            if (next >= place)
            {
                return start;
            }

            start = next;
        }
    }

    private int WordBefore()
    {
        int place = Cursor;
        while (place > 0 && !IsWord(Text[place - 1]))
        {
            place--;
        }

        while (place > 0 && IsWord(Text[place - 1]))
        {
            place--;
        }

        return place;
    }

    private int WordAfter()
    {
        int place = Cursor;
        while (place < Text.Length && !IsWord(Text[place]))
        {
            place++;
        }

        while (place < Text.Length && IsWord(Text[place]))
        {
            place++;
        }

        return place;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_' || char.IsSurrogate(c);
}
