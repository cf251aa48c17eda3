namespace Rlm.Embedded.Models;

/// <summary>What a question asks about, by its words alone.</summary>
/// <param name="Phrase">The first run of words that carry meaning, for example "magic number"; empty when there is none.</param>
/// <param name="Keys">Further such words, for example a name the thing belongs to.</param>
internal sealed record OfflineTopic(string Phrase, IReadOnlyList<string> Keys)
{
    private static readonly HashSet<string> Idle = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "about", "all", "am", "an", "and", "are", "as", "ask", "at", "be", "been", "by", "can", "context", "could", "did", "do", "document",
        "does", "every", "exactly", "find", "for", "from", "get", "give", "given", "had", "has", "have", "hidden", "how", "i", "i'm", "in", "inside",
        "into", "is", "it", "its", "just", "know", "list", "look", "looking", "me", "mentioned", "my", "of", "on", "one", "only", "or", "our",
        "please", "provided", "report", "return", "say", "search", "show", "some", "somewhere", "state", "stated", "tell", "text", "that", "the",
        "their", "them", "there", "these", "they", "this", "to", "us", "value", "want", "was", "we", "were", "what", "what's", "when", "where",
        "which", "who", "whose", "will", "with", "within", "would", "you", "your", "answer", "reply", "haystack", "needle", "lines", "line", "file",
    };

    public static OfflineTopic Of(string question)
    {
        var phrase = "";
        var keys = new List<string>();
        var run = new List<string>();
        foreach (var word in question.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var bare = word.Trim('.', ',', ';', ':', '?', '!', '"', '\'', '(', ')', '`', '*');
            var carries = bare.Length > 0 && !Idle.Contains(bare);
            if (carries)
            {
                run.Add(bare);
            }

            if (!carries || (word.Length > bare.Length && !word.EndsWith(bare, StringComparison.Ordinal)))
            {
                phrase = Close(run, phrase, keys);
            }
        }

        phrase = Close(run, phrase, keys);
        return new OfflineTopic(Singular(phrase), keys);
    }

    /// <summary>A phrase without its first word, or empty.</summary>
    public static string Shorter(string phrase)
    {
        var space = phrase.IndexOf(' ');
        return space < 0 ? "" : phrase[(space + 1)..];
    }

    private static string Close(List<string> run, string phrase, List<string> keys)
    {
        if (run.Count == 0)
        {
            return phrase;
        }

        var joined = string.Join(' ', run);
        if (phrase.Length > 0)
        {
            foreach (var word in run)
            {
                if (!phrase.Contains(word, StringComparison.OrdinalIgnoreCase) && !keys.Contains(word))
                {
                    keys.Add(word);
                }
            }
        }

        run.Clear();
        return phrase.Length > 0 ? phrase : joined;
    }

    // "magic numbers" finds "magic number is" and "magic numbers for" alike without its last letter.
    private static string Singular(string phrase) =>
        phrase.Length > 4 && phrase.EndsWith('s') && !phrase.EndsWith("ss", StringComparison.Ordinal) ? phrase[..^1] : phrase;
}
