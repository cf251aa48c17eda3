namespace Rlm.Embedded.Models;

/// <summary>The offline model as sub-model: reads "the X is Y" out of the text it is given.</summary>
internal static class OfflineReader
{
    private const string NotFound = "NOT FOUND";
    private const int MaxReach = 120;
    private const int MaxValue = 200;

    public static string Reply(string prompt)
    {
        var (question, passages) = Split(prompt);
        if (passages.Length == 0)
        {
            return "I am a scripted stand-in, not a language model, and can only look up a stated value in passages that follow a question.";
        }

        var topic = OfflineTopic.Of(question);
        if (topic.Phrase.Length == 0)
        {
            return NotFound;
        }

        var values = Values(passages, topic);
        for (var phrase = OfflineTopic.Shorter(topic.Phrase); values.Count == 0 && phrase.Length > 0; phrase = OfflineTopic.Shorter(phrase))
        {
            values = Values(passages, topic with { Phrase = phrase });
        }

        return values.Count == 0 ? NotFound : string.Join(", ", values);
    }

    // "Question: ...", then a label on a line of its own such as "Passages:", then the text. Without that: the last
    // paragraph break parts the question from the text behind it.
    private static (string Question, string Passages) Split(string prompt)
    {
        const string Begin = "Question:";
        var start = prompt.IndexOf(Begin, StringComparison.OrdinalIgnoreCase);
        if (start >= 0)
        {
            start += Begin.Length;
            var end = prompt.IndexOf("\n\n", start, StringComparison.Ordinal);
            return end < 0 ? (prompt[start..], "") : (prompt[start..end], prompt[(end + 2)..]);
        }

        var line = prompt.IndexOf('\n');
        return line < 0 ? (prompt, "") : (prompt[..line], prompt[(line + 1)..]);
    }

    private static List<string> Values(string text, OfflineTopic topic)
    {
        var best = new List<string>();
        var bestKeys = -1;
        for (var at = text.IndexOf(topic.Phrase, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(topic.Phrase, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (ValueAfter(text, at + topic.Phrase.Length, out var reach) is not { } value)
            {
                continue;
            }

            var keys = 0;
            foreach (var key in topic.Keys)
            {
                keys += text.AsSpan(at, reach - at).Contains(key, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            }

            if (keys > bestKeys)
            {
                best.Clear();
                bestKeys = keys;
            }

            if (keys == bestKeys && !best.Contains(value))
            {
                best.Add(value);
            }
        }

        return best;
    }

    /// <summary>What a phrase is said to be: behind the nearest "is", "was", ":" or "=" in its sentence.</summary>
    private static string? ValueAfter(string text, int start, out int reach)
    {
        reach = start;
        var sentence = text.AsSpan(start, Math.Min(MaxReach + MaxValue, text.Length - start));
        var lineEnd = sentence.IndexOf('\n');
        sentence = lineEnd < 0 ? sentence : sentence[..lineEnd];
        var verb = -1;
        foreach (var link in (ReadOnlySpan<string>)[" is ", " was ", " are ", ":", "="])
        {
            var found = sentence.IndexOf(link, StringComparison.Ordinal);
            if (found >= 0 && found <= MaxReach && (verb < 0 || found < verb))
            {
                verb = found;
                reach = start + found + link.Length;
            }
        }

        // A full stop between the phrase and the verb: the verb belongs to another sentence.
        if (verb < 0 || sentence[..verb].Contains(". ", StringComparison.Ordinal))
        {
            return null;
        }

        var value = sentence[(reach - start)..];
        value = value.TrimStart(" :=*\"'`");
        reach = start + sentence.Length;
        if (value.IsEmpty)
        {
            return null;
        }

        var end = char.IsDigit(value[0]) ? NumberEnd(value) : SentenceEnd(value);
        reach = start + sentence.Length - value.Length + end;
        value = value[..end].TrimEnd(" .,;:*\"'`");
        return value.IsEmpty ? null : value.ToString();
    }

    private static int NumberEnd(ReadOnlySpan<char> value)
    {
        var end = 0;
        while (end < value.Length && (char.IsLetterOrDigit(value[end]) || value[end] is '.' or ',' or '-' or '%' or '/' && end + 1 < value.Length))
        {
            end++;
        }

        return end;
    }

    private static int SentenceEnd(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is '.' or '!' or '?' && (i + 1 == value.Length || char.IsWhiteSpace(value[i + 1])))
            {
                return i;
            }
        }

        return value.Length;
    }
}
