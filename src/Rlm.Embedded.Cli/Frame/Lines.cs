namespace Rlm.Embedded.Cli.Frame;

/// <summary>Text in lines of a width.</summary>
internal static class Lines
{
    /// <summary>Breaks at spaces; a word that is longer than a line stays whole, so that it can be copied.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        int start = 0;
        while (start < text.Length)
        {
            int end = text.Length - start <= width ? text.Length : text.LastIndexOf(' ', start + width, width + 1);
            if (end <= start)
            {
                end = text.IndexOf(' ', start) is > 0 and var space ? space : text.Length;
            }

            yield return text[start..end];
            start = end + 1;
        }
    }

    /// <summary>Rows of a name and what it is, side by side where there is room for it.</summary>
    public static IEnumerable<string> Columns(IReadOnlyList<(string Name, string Text)> rows, int width)
    {
        const int Gap = 2;
        const int LeastText = 30;
        int longest = rows.Count == 0 ? 0 : rows.Max(row => row.Name.Length);
        int left = Math.Min(longest, Math.Max(width - LeastText - (2 * Gap), width * 2 / 5)) + (2 * Gap);
        foreach ((string name, string text) in rows)
        {
            bool fits = name.Length + (2 * Gap) <= left;
            if (!fits)
            {
                yield return new string(' ', Gap) + name;
            }

            string lead = fits ? (new string(' ', Gap) + name).PadRight(left) : new string(' ', left);
            foreach (string line in Wrap(text, Math.Max(width - left, LeastText / 2)))
            {
                yield return (lead + line).TrimEnd();
                lead = new string(' ', left);
            }
        }
    }
}
