namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds the end of a Python block: a fence inside a triple-quoted string does not close it.</summary>
internal static class PythonBlock
{
    public static BlockSpan FindEnd(string text, int start, Fence fence, Lookahead lookahead)
    {
        var lexer = default(PythonLexer);
        var lines = new LineReader(text);
        lines.Seek(start);
        BlockSpan? fallback = null; // the first fence met inside a string: the end, should that string never end
        var nested = false;         // inside a fence inside a string
        while (lines.Read())
        {
            var line = lines.Line;
            var kind = fence.Read(line, out var run, out var textAt);
            if (lexer.InTripleString)
            {
                if (kind == FenceLine.Close)
                {
                    fallback ??= BlockSpan.At(kind, lines, textAt);
                    nested = !nested;
                    if (lookahead.IsSpent)
                    {
                        return fallback.Value;
                    }
                }
                else if (Fence.TryRead(line, out var inner))
                {
                    if (nested && fallback is { } broken && inner.Language == FenceLanguage.Python)
                    {
                        lookahead.Spend(broken.Next, lines.Start);
                        return broken; // the next block begins: the string was never closed
                    }

                    nested = true;
                }

                if (lexer.Feed(line) is var stray and >= 0 && fence.Character == '`')
                {
                    return BehindCode(text, lines, stray);
                }

                if (!lexer.InTripleString)
                {
                    fallback = null;
                    nested = false;
                }

                continue;
            }

            if (kind is FenceLine.Close or FenceLine.CloseWithText)
            {
                return BlockSpan.At(kind, lines, textAt);
            }

            if (ReplyMarks.EndsBlock(line))
            {
                return new BlockSpan(lines.Start, lines.Start); // the reasoning or the reply ends here, so the block does
            }

            if (kind == FenceLine.Open && run < fence.Length && FindOuterEnd(text, lines.Next, fence, lookahead, isFirst: text.AsSpan(start, lines.Start - start).IsWhiteSpace()) is { } example)
            {
                return example;
            }

            var ticks = lexer.Feed(line);
            if (ticks >= 0 && fence.Character == '`')
            {
                // Back-ticks are no Python: the block ends here. On a line of their own with a language they open the next one.
                return kind == FenceLine.Open ? new BlockSpan(lines.Start + ticks, lines.Start) : BehindCode(text, lines, ticks);
            }
        }

        // The string never ended: it is broken, or the rest of the reply is missing.
        lookahead.Spend(fallback?.Next ?? text.Length, text.Length);
        return fallback is { } end ? end with { IsClosed = false } : new BlockSpan(text.Length, text.Length, IsClosed: false);
    }

    // The fence that closes the longer one, unless another such opens before. A block that is the first thing in another makes that an example, closed or not.
    private static BlockSpan? FindOuterEnd(string text, int start, Fence fence, Lookahead lookahead, bool isFirst)
    {
        var lines = new LineReader(text);
        lines.Seek(start);
        while ((isFirst || !lookahead.IsSpent) && lines.Read())
        {
            var kind = fence.Read(lines.Line, out var run, out var textAt);
            if (run < fence.Length || kind == FenceLine.None)
            {
                continue;
            }

            lookahead.Spend(start, kind == FenceLine.Open ? lines.Start : start);
            return kind != FenceLine.Open ? BlockSpan.At(kind, lines, textAt) with { IsExample = true }
                : isFirst ? new BlockSpan(lines.Start, lines.Start, IsExample: true)
                : null;
        }

        lookahead.Spend(start, isFirst ? start : text.Length);
        return isFirst ? new BlockSpan(text.Length, text.Length, IsClosed: false, IsExample: true) : null;
    }

    // "print(1)```", and what may follow it.
    private static BlockSpan BehindCode(string text, LineReader lines, int ticks)
    {
        var end = lines.Start + ticks;
        var behind = lines.Line[ticks..].TrimStart('`');
        return new BlockSpan(end, behind.IsWhiteSpace() ? lines.Next : lines.End - behind.Length);
    }
}
