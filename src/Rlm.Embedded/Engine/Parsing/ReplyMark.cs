namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A mark that a chat template or a model's habit leaves in a reply.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Name">What ties the end of reasoning to its start.</param>
/// <param name="Length">How long it is.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReplyMark(MarkKind Kind, string Name, int Length);
