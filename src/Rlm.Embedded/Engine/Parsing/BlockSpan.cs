namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Where a block ends.</summary>
/// <param name="End">The end of its content.</param>
/// <param name="Next">Where reading goes on.</param>
/// <param name="IsClosed">False where the text ended before the block did.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockSpan(int End, int Next, bool IsClosed = true);
