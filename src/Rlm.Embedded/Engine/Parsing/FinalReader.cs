using System.Buffers;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Reads FINAL(...) and FINAL_VAR(...) that begin a line of prose. What stands between the parentheses is text, fences too.</summary>
internal sealed class FinalReader(string text)
{
    private static readonly SearchValues<char> Tail = SearchValues.Create(" \t\r`*_.;");
    private FinalParentheses? _parentheses;

    /// <summary>Reads the line from <paramref name="start"/> to <paramref name="end"/>; null when it does not begin with a FINAL.</summary>
    public FinalSpan? Read(int start, int end)
    {
        var found = FinalStart.Read(text, start, end);
        return found.IsFound ? ReadArgument(found) : null;
    }

    private FinalSpan ReadArgument(FinalStart found)
    {
        var argument = found.Open + 1;
        if (PythonLiteral.TryReadAll(text, argument, out var value, out var literalEnd))
        {
            var close = literalEnd + text.AsSpan(literalEnd).IndexOfAnyExcept(" \t\r\n");
            if (close >= literalEnd && text[close] == ')')
            {
                return EndsLine(close + 1, out var next)
                    ? Closed(FinalArgument.OfLiteral(value, found.IsVariable), next)
                    : new FinalSpan(null, close + 1, ReplyFault.FinalInSentence);
            }
        }
        else if (PythonLiteral.OpensTriple(text, argument))
        {
            return new FinalSpan(null, text.Length, ReplyFault.UnclosedFinal, IsBalanced: false);
        }

        _parentheses ??= new FinalParentheses(text);
        var bound = _parentheses.NextStart(found.Open, text.Length);
        var balanced = _parentheses.CloseOf(found.Open);
        if (balanced < 0)
        {
            return ReadUnbalanced(found, bound);
        }

        var isWhole = EndsLine(balanced + 1, out var end);
        var last = FindLater(balanced, bound, isWhole);
        if (last >= 0)
        {
            EndsLine(last + 1, out end);
            return Closed(FinalArgument.OfText(text[argument..last], found.IsVariable), end, isBalanced: false);
        }

        return isWhole
            ? Closed(FinalArgument.OfText(text[argument..balanced], found.IsVariable), end)
            : new FinalSpan(null, balanced + 1, ReplyFault.FinalInSentence);
    }

    private static FinalSpan Closed(ProseFinal? final, int next, bool isBalanced = true) =>
        new(final, next, final is null ? ReplyFault.EmptyFinal : ReplyFault.None, isBalanced);

    /// <summary>
    /// The balance is reached too early when there are parentheses that close nothing: text goes on behind it, and a later
    /// one ends the line ("yes :) indeed)"), a list ("a) one,\nb) two)"), or stands alone on a line of its own.
    /// </summary>
    private int FindLater(int from, int bound, bool isWhole)
    {
        var depth = 0;
        var least = 0;
        var last = -1;
        var isFirstLine = true;
        var inParagraph = true;
        var inList = false;
        var lines = new LineReader(text, bound);
        lines.Seek(from + 1);
        while (lines.Read())
        {
            var line = lines.Line;
            var marker = isFirstLine ? 0 : ListMarker.LengthAt(line);
            inList |= marker > 0 && inParagraph;
            inParagraph &= isFirstLine || !line.IsWhiteSpace();
            if (!isFirstLine && Fence.TryRead(line, out var fence) && fence.Language == FenceLanguage.Python)
            {
                return last;
            }

            for (var i = marker; i < line.Length; i++)
            {
                if (line[i] is not ('(' or ')') || ListMarker.IsSmiley(text, lines.Start + i))
                {
                    continue;
                }

                depth += line[i] == '(' ? 1 : -1;
                if (depth < least)
                {
                    least = depth;
                    var counts = isFirstLine ? !isWhole : (inList && inParagraph) || line.Trim() is ")";
                    last = counts && EndsLine(lines.Start + i + 1, out _) ? lines.Start + i : last;
                }
            }

            isFirstLine = false;
        }

        return last;
    }

    /// <summary>Never balanced: a parenthesis that ends the first line, one on a line of its own, else the last one that ends any outside of fences.</summary>
    private FinalSpan ReadUnbalanced(FinalStart found, int bound)
    {
        var argument = found.Open + 1;
        var lines = new LineReader(text, bound);
        lines.Seek(argument);
        var last = -1;
        var isFirstLine = true;
        var inFence = false;
        var sawCode = false;
        while (lines.Read())
        {
            var line = lines.Line;
            if (!isFirstLine && Fence.TryRead(line, out var fence))
            {
                inFence = !inFence;
                sawCode |= fence.Language == FenceLanguage.Python;
            }
            else if (!inFence && line.LastIndexOf(')') is var close and >= 0 && EndsLine(lines.Start + close + 1, out _))
            {
                var isAlone = line.Trim() is ")";
                last = isAlone || !sawCode ? lines.Start + close : last;
                if (isAlone || isFirstLine)
                {
                    break;
                }
            }

            isFirstLine = false;
        }

        if (last < 0)
        {
            return new FinalSpan(null, bound, ReplyFault.UnclosedFinal, IsBalanced: false);
        }

        EndsLine(last + 1, out var next);
        return Closed(FinalArgument.OfText(text[argument..last], found.IsVariable), next, isBalanced: false);
    }

    // Behind the parenthesis only marks of emphasis, a full stop, the tags that models end with, or the next answer may follow.
    private bool EndsLine(int at, out int next)
    {
        var skipped = text.AsSpan(at).IndexOfAnyExcept(Tail);
        next = skipped < 0 ? text.Length : at + skipped;
        if (next >= text.Length || text[next] == '\n')
        {
            return true;
        }

        return text[next] switch
        {
            '<' => text.AsSpan(next).StartsWith("</", StringComparison.Ordinal) || ReplyMarks.TryRead(text, next, out _) || ReplyMarks.IsCutEnd(text.AsSpan(next)),
            '[' or '\u25c1' => ReplyMarks.TryRead(text, next, out _) || ReplyMarks.IsCutEnd(text.AsSpan(next)),
            'F' => FinalStart.Read(text, next, Math.Min(text.Length, next + 16)).IsFound,
            _ => false,
        };
    }
}
