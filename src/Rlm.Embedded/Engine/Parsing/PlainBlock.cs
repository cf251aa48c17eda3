namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Finds the end of a block that is not marked as Python.</summary>
internal static class PlainBlock
{
    public static BlockSpan FindEnd(string text, int start, Fence fence)
    {
        if (fence.Language == FenceLanguage.None)
        {
            // It may be Python with back-ticks in a string; if it is, Python's rules find the end.
            var asPython = PythonBlock.FindEnd(text, start, fence);
            var plain = FirstBareFence(text, start, fence);
            return asPython.End > plain.End && PythonShape.Matches(text.AsSpan(start, asPython.End - start)) ? asPython : plain;
        }

        return FirstBareFence(text, start, fence);
    }

    private static BlockSpan FirstBareFence(string text, int start, Fence fence)
    {
        var lines = new LineReader(text);
        lines.Seek(start);
        while (lines.Read())
        {
            if (fence.IsBareFence(lines.Line))
            {
                return new BlockSpan(lines.Start, lines.Next);
            }

            if (Fence.TryRead(lines.Line, out var other) && other.Language == FenceLanguage.Python && other.Character == fence.Character)
            {
                return new BlockSpan(lines.Start, lines.Start); // the closing fence was forgotten
            }
        }

        return new BlockSpan(text.Length, text.Length, IsClosed: false);
    }
}
