using System.Text.RegularExpressions;

namespace Rlm.Embedded.Providers;

/// <summary>Takes keys out of text that came from a server.</summary>
internal static partial class SecretScrubber
{
    private const int ShortestKey = 6;

    public static string Scrub(string text, IEnumerable<string> secrets)
    {
        foreach (string secret in secrets.Where(s => s.Length >= ShortestKey))
        {
            text = text.Replace(secret, "[key]", StringComparison.Ordinal);
        }

        return KeyLike().Replace(text, "[key]");
    }

    [GeneratedRegex(@"\b(sk|pk|rk|gsk|xai|AIza|ABSK)[-_A-Za-z0-9]{16,}|\b[Bb]earer +[-._~+/=A-Za-z0-9]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex KeyLike();
}
