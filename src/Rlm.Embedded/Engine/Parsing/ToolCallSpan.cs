namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A tool call written as text.</summary>
/// <param name="Codes">The Python of each call in it; null where it is not one piece of Python a call.</param>
/// <param name="Next">Where reading goes on.</param>
/// <param name="IsClosed">False where the reply ended before the call did.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ToolCallSpan(IReadOnlyList<string>? Codes, int Next, bool IsClosed);
