namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Where a block ends.</summary>
/// <param name="End">The end of its content.</param>
/// <param name="Next">Where reading goes on.</param>
/// <param name="IsClosed">False where the text ended before the block did.</param>
/// <param name="IsExample">The block has blocks of its own: it shows code rather than being it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockSpan(int End, int Next, bool IsClosed = true, bool IsExample = false)
{
    /// <summary>The end of a block at a fence whose line has text behind it, or not.</summary>
    public static BlockSpan At(FenceLine kind, LineReader lines, int textAt) =>
        new(lines.Start, kind == FenceLine.CloseWithText ? lines.Start + textAt : lines.Next);
}
