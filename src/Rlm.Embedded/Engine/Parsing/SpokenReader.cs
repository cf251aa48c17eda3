using System.Text;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Takes reasoning and marks out of a reply. What stands in a block, in the parentheses of a FINAL or in quotes is left alone.</summary>
internal sealed class SpokenReader
{
    private readonly string _reply;
    private readonly bool _keepsAsked;
    private readonly string _text;
    private readonly FinalReader _finals;
    private readonly ReasoningEnds _ends;
    private readonly StringBuilder _said;
    private readonly StringBuilder _thought = new();
    private readonly InlineCode _inline;
    private readonly Lookahead _lookahead;
    private bool? _isHtml;
    private int _behindSearched;
    private int _unclosedEnd; // how far a FINAL without an end was searched
    private int _closerLine = -1;
    private int _closer;
    private bool _hasRemoved;
    private bool _isUnclosed;
    private bool _isInvented;

    /// <summary>Makes one.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="keepsAsked">Tags that a prompt may have asked for are content, unless they open the reply and more follows.</param>
    public SpokenReader(string reply, bool keepsAsked = false)
    {
        _keepsAsked = keepsAsked;
        _reply = reply;
        var length = ReplyMarks.LengthWithoutEnd(reply);
        _hasRemoved = length < reply.Length;
        _text = _hasRemoved ? reply[..length] : reply;
        _finals = new FinalReader(_text);
        _ends = new ReasoningEnds(_text);
        _said = new StringBuilder(_text.Length);
        _inline = new InlineCode(_text);
        _lookahead = new Lookahead(_text.Length);
    }

    public SpokenReply Read()
    {
        var lines = new LineReader(_text);
        lines.Seek(ReadWords());
        while (lines.Read())
        {
            lines.Seek(ReadLine(lines));
        }

        return new SpokenReply(_hasRemoved ? _said.ToString() : _reply, _thought.ToString(), _isUnclosed, _isInvented);
    }

    // Takes one line, or what begins with it; the position to go on from.
    private int ReadLine(LineReader lines)
    {
        var start = lines.Start;
        var line = lines.Line;
        if (start >= _unclosedEnd && _finals.Read(start, lines.End) is { } final)
        {
            if (final.Fault == ReplyFault.None)
            {
                return Say(start, final.Next);
            }

            _unclosedEnd = final.Fault == ReplyFault.UnclosedFinal ? final.Next : _unclosedEnd;
        }

        if (Fence.TryRead(line, out var fence))
        {
            var code = fence.CodeAt >= 0 ? start + fence.CodeAt : lines.Next;
            var span = fence.Language == FenceLanguage.Python ? PythonBlock.FindEnd(_text, code, fence, _lookahead) : PlainBlock.FindEnd(_text, code, fence, _lookahead);
            return Say(start, span.Next);
        }

        var end = lines.Next;
        if (start >= _behindSearched)
        {
            var behind = Fence.FindBehindProse(line);
            end = behind > 0 ? start + behind : end;
            _behindSearched = end;
        }

        for (var i = 0; i < line.Length && start + i < end; i++)
        {
            var found = line[i..].IndexOfAny('<', '[', '◁');
            if (found < 0)
            {
                break;
            }

            i += found;
            if (ReplyMarks.TryRead(_text, start + i, out var mark) && Take(line, start, i, mark) is { } next)
            {
                return next;
            }
        }

        return Say(start, end);
    }

    /// <summary>Takes a mark; null when it is a mention.</summary>
    private int? Take(ReadOnlySpan<char> line, int start, int i, ReplyMark mark)
    {
        var at = start + i;
        var end = at + mark.Length;
        if (InlineCode.IsQuoted(_text, at, mark.Length) || _inline.Holds(start, start + line.Length, at))
        {
            return null;
        }

        switch (mark.Kind)
        {
            case MarkKind.ReasoningStart or MarkKind.ReasoningEnd when _keepsAsked && ReplyMarks.MayBeAsked(mark) && !OpensReply(at, end, mark):
                return null;
            case MarkKind.ReasoningStart:
                return IsOpening(line, start, i, mark) ? TakeReasoning(start, at, end, mark) : null;
            case MarkKind.ReasoningEnd:
                return IsMention(line, i, mark.Length) ? null : EndUnopened(start, at, end);
            case MarkKind.Channel when mark.Name.Length > 0:
                return TakeReasoning(start, at, end, mark); // <|channel>thought
            case MarkKind.Channel:
            case MarkKind.TurnStart:
                return TakeHead(start, at, end, mark);
            case MarkKind.Message:
                return TakeBareMessage(start, at, end);
            case MarkKind.OtherTurn when i == 0 || line[..i].IsWhiteSpace():
                return Cut(start, at);
            case MarkKind.OtherTurn:
            case MarkKind.TurnEnd when mark.Length == "</s>".Length && (_isHtml ??= _text.Contains(ReplyMarks.StruckThrough, StringComparison.Ordinal)):
                return null;
            default:
                return Remove(start, at, end);
        }
    }

    private int TakeReasoning(int start, int at, int end, ReplyMark mark)
    {
        Say(start, at);
        _hasRemoved = true;
        var (close, next) = _ends.Find(end, mark);
        _isUnclosed |= close < 0;
        close = close < 0 ? _text.Length : close;
        var thought = _text.AsSpan(end, close - end);
        Think(mark.Kind == MarkKind.Channel ? WithoutName(thought) : thought);
        return GoOn(close == _text.Length ? close : next);
    }

    private bool OpensReply(int at, int end, ReplyMark mark) =>
        mark.Kind == MarkKind.ReasoningStart && _text.AsSpan(0, at).IsWhiteSpace()
        && _ends.Find(end, mark) is { At: >= 0 } close && !_text.AsSpan(close.Next).IsWhiteSpace();

    // The opening tag was part of the template: all until here is reasoning.
    private int EndUnopened(int start, int at, int end)
    {
        Say(start, at);
        _hasRemoved = true;
        Think(_said.ToString());
        _said.Clear();
        return end;
    }

    private int TakeHead(int start, int at, int end, ReplyMark mark)
    {
        if (!MessageHead.TryRead(_text, at, out var head))
        {
            var role = _text.AsSpan(end, WordLength(end));
            return mark.Kind == MarkKind.TurnStart && role is not ("" or "assistant" or "model" or "ai" or "bot" or "chatbot" or "ASSISTANT")
                ? Cut(start, at)
                : Remove(start, at, end + role.Length);
        }

        Say(start, at);
        if (head.IsForeign)
        {
            return Cut(at, at);
        }

        if (head.IsToolCall)
        {
            StartLine();
            return Say(at, head.Next);
        }

        _hasRemoved = true;
        if (_said.Length == "assistant".Length && _said.ToString() == "assistant")
        {
            _said.Clear(); // what is left of a head whose first mark a server took away
        }

        if (head.Channel is not ("analysis" or "thought" or "thinking"))
        {
            return GoOn(head.BodyAt);
        }

        _isUnclosed |= !head.IsClosed;
        Think(_text.AsSpan(head.BodyAt, head.BodyEnd - head.BodyAt));
        return GoOn(head.Next);
    }

    private int TakeBareMessage(int start, int at, int end)
    {
        var isHead = _text.AsSpan(start, at - start).Trim() is "final" or "commentary" or "assistantfinal";
        return Remove(start, isHead ? start : at, end);
    }

    private int Remove(int start, int at, int end)
    {
        Say(start, at);
        _hasRemoved = true;
        return GoOn(end);
    }

    private int Cut(int start, int at)
    {
        Say(start, at);
        _hasRemoved = true;
        _isInvented = true;
        return _text.Length;
    }

    private int Say(int start, int end)
    {
        _said.Append(_text, start, end - start);
        return end;
    }

    private void Think(ReadOnlySpan<char> thought)
    {
        thought = thought.Trim();
        if (!thought.IsEmpty)
        {
            _thought.Append(_thought.Length > 0 ? "\n\n" : "").Append(thought);
        }
    }

    // An answer or a block that follows on the same line is to begin one.
    private int GoOn(int next)
    {
        var rest = _text.AsSpan(next).TrimStart(" \t");
        if (rest.StartsWith("FINAL", StringComparison.Ordinal) || rest.StartsWith("```", StringComparison.Ordinal) || rest.StartsWith("~~~", StringComparison.Ordinal) || rest.StartsWith("<", StringComparison.Ordinal))
        {
            StartLine();
        }

        return next;
    }

    private void StartLine()
    {
        if (_said.Length > 0 && _said[^1] != '\n')
        {
            _said.Append('\n');
        }
    }

    private int ReadWords()
    {
        foreach (var (start, end) in ReplyMarks.ReasoningWords)
        {
            if (_text.StartsWith(start, StringComparison.Ordinal) && _text.IndexOf(end, StringComparison.Ordinal) is > 0 and var close)
            {
                _hasRemoved = true;
                Think(_text.AsSpan(start.Length, close - start.Length));
                return close + end.Length;
            }
        }

        return 0;
    }

    // On a line of its own start, behind the end of a sentence, or closed on the line; else the prose speaks of the tag.
    private bool IsOpening(ReadOnlySpan<char> line, int start, int i, ReplyMark mark)
    {
        if (_closerLine != start + line.Length)
        {
            _closerLine = start + line.Length;
            _closer = start + line.LastIndexOf("</");
        }

        var before = line[..i].TrimEnd();
        return before.IsEmpty || before[^1] is '.' or '!' or '?' or ':' or '>' or ']' or '*' or '"' or ')'
            || _closer > start + i || mark.Name.AsSpan().ContainsAny('|', '[', '◁');
    }

    // "I split at the </think> tag."
    private static bool IsMention(ReadOnlySpan<char> line, int i, int length)
    {
        var before = line[..i];
        var behind = line[(i + length)..];
        var isBehindWord = before.TrimEnd().Length is > 0 and var end && end < before.Length && char.IsLetter(before[end - 1]);
        return isBehindWord && behind.Length > 0 && (behind[0] is '.' or ',' or ';' or ':' or ')' || (behind.Length > 1 && behind[0] == ' ' && char.IsAsciiLetterLower(behind[1])));
    }

    private static ReadOnlySpan<char> WithoutName(ReadOnlySpan<char> thought)
    {
        var name = thought.IndexOfAnyExceptInRange('a', 'z');
        return name < 0 ? default : thought[name..];
    }

    private int WordLength(int at)
    {
        var end = at;
        while (end < _text.Length && char.IsAsciiLetter(_text[end]))
        {
            end++;
        }

        return end - at;
    }
}
