namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>A key, or text that came at once.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Text">The text of <see cref="KeyKind.Text"/> and <see cref="KeyKind.Paste"/>.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
