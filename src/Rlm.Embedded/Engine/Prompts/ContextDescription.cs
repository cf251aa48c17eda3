using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about its context.</summary>
/// <param name="Text">A sentence or two.</param>
/// <param name="IsEmpty">There is nothing in it to look at.</param>
internal readonly record struct ContextDescription(string Text, bool IsEmpty)
{
    private const int LengthsShown = 40;

    public static ContextDescription Of(ContextInfo context)
    {
        var note = context.Note is null ? "" : $" Note: {context.Note}.";
        return context.Type switch
        {
            "str" when context.Characters == 0 => new ContextDescription($"`context` is an empty str.{note}", true),
            "str" => new ContextDescription($"`context` is a str of {context.Characters:N0} characters.{note}", false),
            _ when context.Characters == 0 => new ContextDescription($"`context` is a {context.Type} of {context.ChunkLengths.Count} empty str.{note}", true),
            _ => new ContextDescription(
                $"`context` is a {context.Type} of {context.ChunkLengths.Count:N0} str, {context.Characters:N0} characters in all; their lengths: {Lengths(context.ChunkLengths)}.{note}",
                false),
        };
    }

    private static string Lengths(IReadOnlyList<long> lengths)
    {
        var shown = string.Join(", ", lengths.Take(LengthsShown));
        return lengths.Count > LengthsShown ? $"{shown}, and {lengths.Count - LengthsShown} more" : shown;
    }
}
