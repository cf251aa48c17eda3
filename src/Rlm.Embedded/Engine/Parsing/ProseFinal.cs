namespace Rlm.Embedded.Engine.Parsing;

/// <summary>A FINAL or FINAL_VAR written in prose.</summary>
/// <param name="Argument">What stood between the parentheses, trimmed; never empty. A string literal is decoded.</param>
/// <param name="IsVariable">FINAL_VAR: the argument names a variable.</param>
/// <param name="IsLiteral">The argument was a string literal: it is text, whatever it looks like.</param>
internal sealed record ProseFinal(string Argument, bool IsVariable, bool IsLiteral);
