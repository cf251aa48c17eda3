using System.Text.RegularExpressions;

namespace Rlm.Embedded.Providers;

/// <summary>Takes keys out of text that came from a server.</summary>
internal static partial class SecretScrubber
{
    private const int ShortestKey = 6;

    public static string Scrub(string text, string? key)
    {
        if (key is { Length: >= ShortestKey })
        {
            text = text.Replace(key, "[key]", StringComparison.Ordinal);
        }

        return KeyLike().Replace(text, "[key]");
    }

    [GeneratedRegex(@"\b(sk|pk|rk|gsk|xai|AIza|ABSK)[-_A-Za-z0-9]{16,}|\b[Bb]earer +[-._~+/=A-Za-z0-9]{8,}", RegexOptions.NonBacktracking)]
    private static partial Regex KeyLike();
}
