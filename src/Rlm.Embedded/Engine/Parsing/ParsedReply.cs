namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What a root model's reply says.</summary>
/// <param name="Visible">The reply without its thinking.</param>
/// <param name="Reasoning">The thinking in it, or empty.</param>
/// <param name="Blocks">The Python blocks, in order, dedented, with LF line ends. None is blank.</param>
/// <param name="Final">The last FINAL or FINAL_VAR that stands in prose, or null.</param>
internal sealed record ParsedReply(string Visible, string Reasoning, IReadOnlyList<string> Blocks, ProseFinal? Final);
