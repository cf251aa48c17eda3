using System.Text;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>The offline model as root: one step of its plan per turn, chosen by what the REPL printed last.</summary>
internal static class OfflineRoot
{
    private const string ProbeMark = "# Probe:";
    private const string SearchMark = "# Search:";
    private const string WiderMark = "# Wider search:";
    private const string VerifyMark = "# Verify:";

    public static string Reply(IReadOnlyList<ChatMessage> conversation)
    {
        var question = Question(conversation);
        var topic = OfflineTopic.Of(question);
        var output = conversation[^1].Text;
        var before = conversation.Count > 2 ? conversation[^2].Text : "";
        if (output.Contains("no turns left", StringComparison.Ordinal) || output.Contains("REPL is gone", StringComparison.Ordinal))
        {
            return Give("I did not find the answer in the steps I had.");
        }

        if (output.Contains("Traceback (most recent call last)", StringComparison.Ordinal))
        {
            return Give("I did not find the answer: the code I ran failed with " + LastLineOfTraceback(output));
        }

        if (before.Contains(ProbeMark, StringComparison.Ordinal))
        {
            return topic.Phrase.Length == 0 || output.Contains("length: 0\n", StringComparison.Ordinal)
                ? Give(topic.Phrase.Length == 0 ? "I did not find the answer: the question names nothing I could search for." : "I did not find the answer: the context is empty.")
                : Search(topic);
        }

        if (before.Contains(SearchMark, StringComparison.Ordinal))
        {
            return Hits(output) > 0 ? Verify(question, Hits(output)) : Widen(topic);
        }

        if (before.Contains(WiderMark, StringComparison.Ordinal))
        {
            return Hits(output) > 0 ? Verify(question, Hits(output)) : Give($"I searched the whole context for \"{topic.Phrase}\" and did not find it.");
        }

        return before.Contains(VerifyMark, StringComparison.Ordinal)
            ? Give("I did not find the answer: the passages I read do not state it.")
            : Probe();
    }

    // Turn 1: see what there is.
    private static string Probe() => $"""
        I look at the context first.
        ```repl
        {ProbeMark} what is in here?
        text = context if isinstance(context, str) else "\n".join(str(part) for part in context)
        print("type:", type(context).__name__)
        print("length:", len(text))
        print("head:", text[:200])
        print("tail:", text[-200:])
        ```
        """;

    // Turn 2: let Python look at all of it. The pattern begins with plain text, which the regex engine skips to fast.
    private static string Search(OfflineTopic topic) => $"""
        The context is long, so I search it with a pattern made from the question.
        ```repl
        {SearchMark} every place that mentions what is asked for
        import re
        found = [(m.start(), m.group()) for m in re.finditer({Quote(Pattern(topic.Phrase) + @"[^\n]{0,160}")}, text)]
        keys = {QuoteList(topic.Keys)}
        hits = [h for h in found if all(k.lower() in h[1].lower() for k in keys)] or found
        print("hits:", len(hits))
        for position, line in hits[:20]:
            print(position, "|", line)
        ```
        """;

    // Nothing found: other capitals, other spacing, then fewer words.
    private static string Widen(OfflineTopic topic) => $"""
        Nothing yet. I search again without regard to capitals, and for fewer of the words.
        ```repl
        {WiderMark} capitals and spacing may differ
        import re
        hits = []
        for pattern in {QuoteList(WiderPatterns(topic))}:
            if not hits:
                hits = [(m.start(), m.group()) for m in re.finditer(pattern + r"[^\n]{"{0,160}"}", text, re.IGNORECASE)]
        print("hits:", len(hits))
        for position, line in hits[:20]:
            print(position, "|", line)
        ```
        """;

    // Turn 3: a sub-call reads the places found and says what they state; with several hits it chooses.
    private static string Verify(string question, int hits) => $"""
        {(hits == 1 ? "One hit. I have it read in its surroundings before I answer." : $"{hits} hits. I have them read together, to choose.")}
        ```repl
        {VerifyMark} have the passages read
        question = {Quote(question)}
        passages = [text[max(0, position - 200):position + 400] for position, line in hits[:50]]
        finding = llm_query("Answer the question from the passages alone. If they do not state the answer, reply NOT FOUND.\n\nQuestion: " + question + "\n\nPassages:\n" + "\n---\n".join(passages))
        print("finding:", finding)
        if not finding.startswith("Error: ") and "NOT FOUND" not in finding:
            FINAL_VAR("finding")
        ```
        """;

    private static string Give(string answer) => "FINAL(" + Quote(answer) + ")";

    private static int Hits(string output)
    {
        const string Mark = "hits: ";
        var at = output.IndexOf(Mark, StringComparison.Ordinal);
        if (at < 0)
        {
            return 0;
        }

        var digits = output.AsSpan(at + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], out var hits) ? hits : 0;
    }

    // The task message begins "Question:", then a blank line and "Context:" end it; another prompt is taken whole.
    private static string Question(IReadOnlyList<ChatMessage> conversation)
    {
        var task = conversation.Count > 1 ? conversation[1].Text : "";
        const string Begin = "Question:\n";
        var start = task.IndexOf(Begin, StringComparison.Ordinal);
        var end = task.LastIndexOf("\n\nContext:", StringComparison.Ordinal);
        return start >= 0 && end > start ? task[(start + Begin.Length)..end].Trim() : task;
    }

    private static string LastLineOfTraceback(string output)
    {
        var last = "an error.";
        foreach (var line in output.Split('\n'))
        {
            if (line.Contains("Error", StringComparison.Ordinal) && !line.StartsWith(' '))
            {
                last = line.Trim();
            }
        }

        return last;
    }

    private static string Longest(OfflineTopic topic)
    {
        var longest = "";
        foreach (var word in (topic.Phrase + " " + string.Join(' ', topic.Keys)).Split(' '))
        {
            longest = word.Length > longest.Length ? word : longest;
        }

        return longest;
    }

    private static List<string> WiderPatterns(OfflineTopic topic)
    {
        var patterns = new List<string>();
        for (var tail = topic.Phrase; tail.Length > 0; tail = OfflineTopic.Shorter(tail))
        {
            patterns.Add(Pattern(tail, @"\s+"));
        }

        patterns.Add(Pattern(Longest(topic)));
        return patterns;
    }

    private static string Pattern(string phrase, string space = " ")
    {
        var pattern = new StringBuilder();
        foreach (var c in phrase)
        {
            _ = c == ' ' ? pattern.Append(space) : char.IsLetterOrDigit(c) || c is '-' or '_' ? pattern.Append(c) : pattern.Append('\\').Append(c);
        }

        return pattern.ToString();
    }

    private static string QuoteList(IReadOnlyList<string> values)
    {
        var quoted = new string[values.Count];
        for (var i = 0; i < quoted.Length; i++)
        {
            quoted[i] = Quote(values[i]);
        }

        return "[" + string.Join(", ", quoted) + "]";
    }

    // A Python string literal on one line, whatever the text holds.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                quoted.Append(c).Append(text[++i]);
                continue;
            }

            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                < ' ' or '\u007f' or >= '\ud800' and <= '\udfff' => quoted.Append("\\u").Append(((int)c).ToString("x4")),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
