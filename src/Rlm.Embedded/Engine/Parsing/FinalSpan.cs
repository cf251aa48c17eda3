namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A FINAL that begins a line, as far as it goes.</summary>
/// <param name="Final">What it says; null when its parentheses hold nothing, or when it is no answer.</param>
/// <param name="Next">Where reading goes on.</param>
/// <param name="Fault">Why it is no answer.</param>
/// <param name="IsBalanced">False where its parentheses do not balance, so that more of it may be missing.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FinalSpan(ProseFinal? Final, int Next, ReplyFault Fault = ReplyFault.None, bool IsBalanced = true);
