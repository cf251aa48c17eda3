namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds the end of a block that is not marked as Python.</summary>
internal static class PlainBlock
{
    public static BlockSpan FindEnd(string text, int start, Fence fence, Lookahead lookahead)
    {
        var plain = FindPlainEnd(text, start, fence, lookahead);
        if (fence.Language != FenceLanguage.None || lookahead.IsSpent)
        {
            return plain;
        }

        // It may be Python with back-ticks in a string; if it is, Python's rules find the end.
        var asPython = PythonBlock.FindEnd(text, start, fence, lookahead);
        lookahead.Spend(plain.End, asPython.End);
        return asPython.End > plain.End && PythonShape.Matches(text.AsSpan(start, asPython.End - start)) ? asPython : plain;
    }

    private static BlockSpan FindPlainEnd(string text, int start, Fence fence, Lookahead lookahead)
    {
        var lines = new LineReader(text);
        lines.Seek(start);
        var depth = 0;              // blocks open inside of this one
        BlockSpan? shorter = null;  // a fence that is too short: the end, should there be no better one
        BlockSpan? mark = null;     // where the reply or its reasoning ends, should the block not
        while (lines.Read() && !(lookahead.IsSpent && (shorter ?? mark) is not null))
        {
            var line = lines.Line;
            var kind = fence.Read(line, out var run, out var textAt);
            if (kind == FenceLine.None)
            {
                mark ??= ReplyMarks.EndsBlock(line) ? new BlockSpan(lines.Start, lines.Start) : null;
            }
            else if (kind == FenceLine.Open)
            {
                if (!fence.IsDocument && run >= fence.Length && Fence.TryRead(line, out var other) && other.Language == FenceLanguage.Python)
                {
                    return Earlier(new BlockSpan(lines.Start, lines.Start)); // the closing fence was forgotten
                }

                depth += fence.IsDocument || run < fence.Length ? 1 : 0;
            }
            else if (depth > 0 && (run < fence.Length || fence.IsDocument))
            {
                depth--;
            }
            else if (run >= fence.Length)
            {
                return BlockSpan.At(kind, lines, textAt);
            }
            else
            {
                shorter ??= BlockSpan.At(kind, lines, textAt);
            }
        }

        return Earlier(new BlockSpan(text.Length, text.Length, IsClosed: false));

        BlockSpan Earlier(BlockSpan last)
        {
            var end = shorter ?? mark ?? last;
            lookahead.Spend(end.Next, lines.Start);
            return end;
        }
    }
}
