using Rlm.Embedded.Engine.Parsing;

namespace Rlm.Embedded.Engine;

/// <summary>
/// Tells a FINAL that a reply may only quote, such as one that stands in the text it works on: the line is indented as code is, stands in tags or a comment,
/// or follows a colon and is followed by more words.
/// </summary>
internal static class QuotedFinal
{
    private const int CodeIndent = 4;

    private static readonly string[] s_answerTags = ["<answer>", "<final>", "<final_answer>", "<output>", "<response>", "<result>", "<solution>"];

    public static bool MayBe(ProseFinal final, string reply)
    {
        var start = LineOf(reply);
        if (start < 0)
        {
            return false;
        }

        var rest = reply.AsSpan(start);
        var name = rest.IndexOf("FINAL");
        var behind = Behind(rest[name..], final);
        var before = reply.AsSpan(0, start).TrimEnd();
        var last = before[(before.LastIndexOf('\n') + 1)..].Trim();
        return Indent(rest[..name]) >= CodeIndent
            || IsOpening(last)
            || (last.EndsWith(':') && IsProse(behind));
    }

    /// <summary>Where the line of the last FINAL begins.</summary>
    private static int LineOf(string reply)
    {
        for (var at = reply.LastIndexOf("FINAL", StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : reply.LastIndexOf("FINAL", at - 1, StringComparison.Ordinal))
        {
            var line = reply.LastIndexOf('\n', at) + 1;
            if (reply.AsSpan(line, at - line).IndexOfAnyExcept(" \t*`") < 0 && (reply.AsSpan(at).StartsWith("FINAL(") || reply.AsSpan(at).StartsWith("FINAL_VAR(")))
            {
                return line;
            }
        }

        return -1;
    }

    private static ReadOnlySpan<char> Behind(ReadOnlySpan<char> text, ProseFinal final)
    {
        var at = text.IndexOf(final.Argument, StringComparison.Ordinal);
        text = at < 0 ? text : text[(at + final.Argument.Length)..];
        var end = text.IndexOf('\n');
        return end < 0 ? "" : text[end..].Trim();
    }

    private static int Indent(ReadOnlySpan<char> lead)
    {
        var width = 0;
        foreach (var character in lead)
        {
            if (character is not (' ' or '\t'))
            {
                break;
            }

            width += character == '\t' ? CodeIndent : 1;
        }

        return width;
    }

    private static bool IsOpening(ReadOnlySpan<char> line) =>
        line is "<!--" || (line is ['<', not '/', .., '>'] && line[^2] != '/' && !line.Contains('|') && Array.TrueForAll(s_answerTags, Differs(line.ToString())));

    private static Predicate<string> Differs(string line) => tag => !line.Equals(tag, StringComparison.OrdinalIgnoreCase);

    private static bool IsProse(ReadOnlySpan<char> text) => text.Length > 0 && !text.StartsWith("FINAL") && text.Contains(' ');
}
