using System.Globalization;
using System.Text;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about its context.</summary>
/// <param name="Text">A sentence or two.</param>
/// <param name="IsEmpty">There is nothing in it to look at.</param>
internal readonly record struct ContextDescription(string Text, bool IsEmpty)
{
    private const int LengthsShown = 12;
    private const int KeysShown = 40;
    private const int EntriesCharacters = 3_000;
    private const int KeyCharacters = 120;
    private const int ShapeCharacters = 600;

    /// <summary>Puts the facts into words.</summary>
    /// <param name="context">The facts.</param>
    /// <param name="name">The variable that holds it.</param>
    public static ContextDescription Of(ContextInfo context, string name = "context")
    {
        var note = context.Note is null ? "" : $" Note: {Printable(context.Note)}.";
        return new ContextDescription($"`{name}` is {What(context)}.{note}", context.Characters == 0);
    }

    private static string What(ContextInfo context)
    {
        var count = context.ChunkLengths.Count;
        return context.Type switch
        {
            "str" when context.Characters == 0 => "an empty str",
            "str" => $"a str of {Counted(context.Characters, "character")}{Lines(context, " in ")}",
            "list" or "dict" when count == 0 => $"an empty {context.Type}",
            "list" or "dict" when context.Characters == 0 => $"a {context.Type} of {Number(count)} empty str",
            "list" => $"a list of {Number(count)} {context.Elements}, {Counted(context.Characters, "character")} in all{Lines(context, ", in ")}; {Lengths(context)}{ShapeOfAll(context)}",
            "dict" => $"a dict of {Number(count)} {context.Elements}, {Counted(context.Characters, "character")} in all{Lines(context, ", in ")}{ShapeOfAll(context)}; keys with the lengths of their values: {Entries(context)}",
            _ => $"one {context.Type}",
        };
    }

    /// <summary>How many lines, how they end, and how long they get.</summary>
    private static string Lines(ContextInfo context, string before)
    {
        if (context.Lines is not { Count: > 0 } lines)
        {
            return "";
        }

        List<string> ends = [];
        Add(lines.LineFeeds, @"`\n`");
        Add(lines.CarriageReturnLineFeeds, @"`\r\n`");
        Add(lines.CarriageReturns, @"`\r`");
        var ending = ends switch
        {
            [] => " without a line ending",
            [var only] => " ending in " + only[(only.IndexOf(' ') + 1)..],
            _ => $" with mixed endings ({string.Join(", ", ends)})",
        };
        return $"{before}{Counted(lines.Count, "line")}{ending}{(lines.Count > 1 ? $", the longest of {Counted(lines.Longest, "character")}" : "")}";

        void Add(long number, string end)
        {
            if (number > 0)
            {
                ends.Add($"{Number(number)} {end}");
            }
        }
    }

    private static string Lengths(ContextInfo context)
    {
        var lengths = context.ChunkLengths;
        var first = string.Join(", ", lengths.Take(LengthsShown).Select(length => Number(length)));
        if (lengths.Count <= LengthsShown)
        {
            return $"their lengths: {first}";
        }

        long[] sorted = [.. lengths.Order()];
        return $"their lengths: {Number(sorted[0])} to {Number(sorted[^1])}, median {Number(sorted[sorted.Length / 2])}, the first {first}";
    }

    private static string ShapeOfAll(ContextInfo context) =>
        context.Shapes is [var shape] && context.Keys.Count != 1 ? $"; each is a {Shortened(shape, ShapeCharacters)}" : "";

    private static string Entries(ContextInfo context)
    {
        var text = new StringBuilder();
        var each = context.Shapes.Count == context.Keys.Count;
        var shown = 0;
        for (; shown < Math.Min(context.Keys.Count, KeysShown) && text.Length < EntriesCharacters; shown++)
        {
            text.Append(shown == 0 ? "" : ", ").Append('\'').Append(Shortened(context.Keys[shown], KeyCharacters)).Append('\'');
            if (each)
            {
                text.Append(" (").Append(Shortened(context.Shapes[shown], ShapeCharacters)).Append(')');
            }

            text.Append(' ').Append(Number(context.ChunkLengths[shown]));
        }

        return shown < context.ChunkLengths.Count ? $"{text}, and {Number(context.ChunkLengths.Count - shown)} more" : text.ToString();
    }

    private static string Shortened(string text, int most) => Printable(text.Length > most ? text[..most] + "..." : text);

    private static string Counted(long number, string what) => $"{Number(number)} {what}{(number == 1 ? "" : "s")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    // A file's name is a stranger's text: it stays on its line.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
