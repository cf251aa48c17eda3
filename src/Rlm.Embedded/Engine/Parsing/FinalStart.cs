using System.Buffers;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Where a line begins with FINAL or FINAL_VAR.</summary>
/// <param name="Open">Where its parenthesis opens, or -1.</param>
/// <param name="IsVariable">It is FINAL_VAR.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FinalStart(int Open, bool IsVariable)
{
    public static readonly FinalStart None = new(-1, false);

    private static readonly SearchValues<char> Lead = SearchValues.Create(" \t*`_#");
    private static readonly string[] Names = ["FINAL(", "FINAL_VAR(", "FINAL\\_VAR("];
    private static readonly string[] Wrappers = ["<answer>", "<final_answer>", "<final>", "<output>", "<response>", "<result>", "<b>", "<strong>", "<p>", "<div>"];

    public bool IsFound => Open >= 0;

    /// <summary>Reads a line; marks of emphasis and the tags that models put around an answer may stand in front.</summary>
    public static FinalStart Read(string text, int start, int end)
    {
        var line = text.AsSpan(start, end - start);
        var at = 0;
        while (true)
        {
            var lead = line[at..].IndexOfAnyExcept(Lead);
            if (lead < 0)
            {
                return None;
            }

            at += lead;
            if (line[at] == '<' && Match(line[at..], Wrappers, StringComparison.OrdinalIgnoreCase) is { } wrapper)
            {
                at += wrapper.Length;
                continue;
            }

            return Match(line[at..], Names, StringComparison.Ordinal) is { } name
                ? new FinalStart(start + at + name.Length - 1, name.Length > Names[0].Length)
                : None;
        }
    }

    private static string? Match(ReadOnlySpan<char> text, string[] candidates, StringComparison comparison)
    {
        foreach (var candidate in candidates)
        {
            if (text.StartsWith(candidate, comparison))
            {
                return candidate;
            }
        }

        return null;
    }
}
