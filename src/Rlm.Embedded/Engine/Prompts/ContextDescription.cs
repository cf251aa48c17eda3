using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about its context.</summary>
/// <param name="Text">A sentence or two.</param>
/// <param name="IsEmpty">There is nothing in it to look at.</param>
internal readonly record struct ContextDescription(string Text, bool IsEmpty)
{
    private const int LengthsShown = 40;
    private const int KeyCharacters = 120;

    /// <summary>Puts the facts into words.</summary>
    /// <param name="context">The facts.</param>
    /// <param name="name">The variable that holds it.</param>
    public static ContextDescription Of(ContextInfo context, string name = "context")
    {
        var note = context.Note is null ? "" : $" Note: {Printable(context.Note)}.";
        var count = context.ChunkLengths.Count;
        return context.Type switch
        {
            "str" when context.Characters == 0 => new ContextDescription($"`{name}` is an empty str.{note}", true),
            "str" => new ContextDescription($"`{name}` is a str of {context.Characters:N0} characters.{note}", false),
            "list" or "dict" when context.Characters == 0 => new ContextDescription($"`{name}` is a {context.Type} of {count} empty str.{note}", true),
            "list" => new ContextDescription(
                $"`{name}` is a list of {count:N0} {context.Elements}, {context.Characters:N0} characters in all; their lengths: {Lengths(context)}.{note}", false),
            "dict" => new ContextDescription(
                $"`{name}` is a dict of {count:N0} {context.Elements}, {context.Characters:N0} characters in all; keys with the lengths of their values: {Lengths(context)}.{note}", false),
            _ => new ContextDescription($"`{name}` is one {context.Type}.{note}", false),
        };
    }

    private static string Lengths(ContextInfo context)
    {
        var lengths = context.ChunkLengths;
        var shown = string.Join(", ", lengths.Take(LengthsShown).Select((length, i) => i < context.Keys.Count ? $"'{Key(context.Keys[i])}' {length}" : length.ToString()));
        return lengths.Count > LengthsShown ? $"{shown}, and {lengths.Count - LengthsShown} more" : shown;
    }

    private static string Key(string key) => Printable(key.Length > KeyCharacters ? key[..KeyCharacters] + "..." : key);

    // A file's name is a stranger's text: it stays on its line.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
