namespace Rlm.Embedded.Cli.Frame;

/// <summary>Finds what somebody may have meant to type.</summary>
internal static class NearestWord
{
    /// <summary>The word that takes the fewest slips to become what was typed, or null when each takes more than a third of its letters.</summary>
    public static string? Of(string typed, IEnumerable<string> words) => words
        .Select(word => (Word: word, Slips: Slips(typed, word)))
        .Where(pair => pair.Slips <= Math.Max(1, pair.Word.TrimStart('-').Length / 3) || (typed.Length > 4 && pair.Word.StartsWith(typed, StringComparison.Ordinal)))
        .OrderBy(pair => pair.Slips)
        .ThenBy(pair => pair.Word, StringComparer.Ordinal)
        .Select(pair => pair.Word)
        .FirstOrDefault();

    /// <summary>Letters left out, added, changed or swapped with the next one.</summary>
    private static int Slips(string one, string other)
    {
        const int Longest = 64;
        if (one.Length > Longest || other.Length > Longest)
        {
            return int.MaxValue;
        }

        int[,] cost = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
        {
            for (int j = 0; j <= other.Length; j++)
            {
                cost[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (IsSame(one[i - 1], other[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && IsSame(one[i - 1], other[j - 2]) && IsSame(one[i - 2], other[j - 1]))
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[one.Length, other.Length];
    }

    /// <summary>Capitals count as their small letters, and <c>_</c> as <c>-</c>.</summary>
    private static bool IsSame(char one, char other) => Plain(one) == Plain(other);

    private static char Plain(char c) => c == '_' ? '-' : char.ToLowerInvariant(c);
}
