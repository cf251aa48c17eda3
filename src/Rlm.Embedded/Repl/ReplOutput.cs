namespace Rlm.Embedded.Repl;

/// <summary>A piece of what a cell printed.</summary>
/// <param name="Text">The piece; not always a line.</param>
/// <param name="IsError">It went to stderr.</param>
public sealed record ReplOutput(string Text, bool IsError);
