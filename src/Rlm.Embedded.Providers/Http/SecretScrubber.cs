using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>Takes keys out of text that came from a server.</summary>
internal static class SecretScrubber
{
    private const int ShortestKey = 6;

    public static string Scrub(string text, IEnumerable<string> secrets)
    {
        foreach (string secret in secrets.Where(s => s.Length >= ShortestKey))
        {
            text = text.Replace(secret, "[key]", StringComparison.Ordinal);
        }

        return SecretText.Scrub(text);
    }
}
