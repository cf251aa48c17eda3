namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds the end of a Python block: a fence inside a triple-quoted string does not close it.</summary>
internal static class PythonBlock
{
    public static BlockSpan FindEnd(string text, int start, Fence fence)
    {
        var lexer = default(PythonLexer);
        var lines = new LineReader(text);
        lines.Seek(start);
        BlockSpan? fallback = null; // the first fence met inside a string: the end, should that string never end
        var nested = false;         // inside a fence inside a string
        while (lines.Read())
        {
            var line = lines.Line;
            if (lexer.InTripleString)
            {
                if (fence.IsBareFence(line))
                {
                    fallback ??= new BlockSpan(lines.Start, lines.Next);
                    nested = !nested;
                }
                else if (Fence.TryRead(line, out var inner))
                {
                    if (nested && fallback is { } broken && inner.Language == FenceLanguage.Python)
                    {
                        return broken; // the next block begins: the string was never closed
                    }

                    nested = true;
                }

                if (lexer.Feed(line) is var stray and >= 0 && ClosesOnCodeLine(line, stray, fence))
                {
                    return new BlockSpan(lines.Start + stray, lines.Next);
                }

                if (!lexer.InTripleString)
                {
                    fallback = null;
                    nested = false;
                }

                continue;
            }

            if (fence.IsBareFence(line))
            {
                return new BlockSpan(lines.Start, lines.Next);
            }

            var ticks = lexer.Feed(line);
            if (ticks < 0 || fence.Character != '`')
            {
                continue;
            }

            // Back-ticks are no Python: the block ends here. On a line of their own with a language they open the next one.
            var opensNext = line[..ticks].IsWhiteSpace() && Fence.TryRead(line, out _);
            return new BlockSpan(lines.Start + ticks, opensNext ? lines.Start : lines.Next);
        }

        return fallback ?? new BlockSpan(text.Length, text.Length, IsClosed: false);
    }

    private static bool ClosesOnCodeLine(ReadOnlySpan<char> line, int at, Fence fence) =>
        fence.Character == '`' && line[at..].TrimEnd().IndexOfAnyExcept('`') < 0;
}
