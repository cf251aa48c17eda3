using System.Text;

namespace Rlm.Embedded.Engine.Parsing;

/// <summary>Parts a reply into what was thought and what was said.</summary>
internal static class ThinkSplitter
{
    private static readonly string[] Names = ["think", "thinking"];

    public static (string Visible, string Reasoning) Split(string text)
    {
        if (!text.Contains("think", StringComparison.Ordinal) || (!text.Contains("think>", StringComparison.Ordinal) && !text.Contains("thinking>", StringComparison.Ordinal)))
        {
            return (text, "");
        }

        var visible = new StringBuilder(text.Length);
        var reasoning = new StringBuilder();
        var lines = new LineReader(text);
        var sawTag = false;
        var blank = true; // nothing visible so far
        while (lines.Read())
        {
            var line = lines.Line;
            if (Fence.TryRead(line, out var fence))
            {
                var start = fence.CodeAt >= 0 ? lines.Start + fence.CodeAt : lines.Next;
                var end = (fence.Language == FenceLanguage.Python ? PythonBlock.FindEnd(text, start, fence) : PlainBlock.FindEnd(text, start, fence)).Next;
                visible.Append(text, lines.Start, end - lines.Start);
                lines.Seek(end);
                blank = false;
                continue;
            }

            if (StartsWithTag(line.TrimStart(), closing: false, out var name, out var tagLength))
            {
                var contentStart = lines.End - line.TrimStart().Length + tagLength;
                var close = text.IndexOf("</" + name + ">", contentStart, StringComparison.Ordinal);
                if (close >= 0 || blank)
                {
                    AppendPart(reasoning, text.AsSpan(contentStart, (close < 0 ? text.Length : close) - contentStart));
                    lines.Seek(close < 0 ? text.Length : close + name.Length + 3);
                    sawTag = true;
                    continue;
                }
            }
            else if (!sawTag && EndsWithClosingTag(line, out var length))
            {
                // The opening tag was part of the provider's template: all until here is thinking.
                AppendPart(reasoning, visible.Append(line[..^length]).ToString());
                visible.Clear();
                blank = true;
                sawTag = true;
                continue;
            }

            blank &= line.IsWhiteSpace();
            visible.Append(text, lines.Start, lines.Next - lines.Start);
        }

        return sawTag ? (visible.ToString(), reasoning.ToString()) : (text, "");
    }

    private static bool StartsWithTag(ReadOnlySpan<char> line, bool closing, out string name, out int length)
    {
        foreach (var candidate in Names)
        {
            length = candidate.Length + (closing ? 3 : 2);
            if (line.Length >= length && line[length - 1] == '>' && line.StartsWith(closing ? "</" : "<") && line[(closing ? 2 : 1)..].StartsWith(candidate))
            {
                name = candidate;
                return true;
            }
        }

        name = "";
        length = 0;
        return false;
    }

    private static bool EndsWithClosingTag(ReadOnlySpan<char> line, out int length)
    {
        var trimmed = line.TrimEnd();
        var at = trimmed.LastIndexOf("</");
        if (at >= 0 && StartsWithTag(trimmed[at..], closing: true, out _, out var tag) && at + tag == trimmed.Length)
        {
            length = line.Length - at;
            return true;
        }

        length = 0;
        return false;
    }

    private static void AppendPart(StringBuilder reasoning, ReadOnlySpan<char> part)
    {
        part = part.Trim();
        if (part.IsEmpty)
        {
            return;
        }

        if (reasoning.Length > 0)
        {
            reasoning.Append("\n\n");
        }

        reasoning.Append(part);
    }
}
