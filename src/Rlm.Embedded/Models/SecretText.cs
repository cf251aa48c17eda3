using System.Text.RegularExpressions;

namespace Rlm.Embedded.Models;

/// <summary>Tells what must not be written down.</summary>
internal static partial class SecretText
{
    /// <summary>Text with everything that looks like a key replaced by <c>[key]</c>.</summary>
    public static string Scrub(string text) => KeyLike().Replace(text, "[key]");

    /// <summary>True when a field of this name holds a secret.</summary>
    public static bool IsSecretName(string name) => SecretName().IsMatch(name);

    [GeneratedRegex(@"\b(sk|pk|rk|gsk|xai|AIza|ABSK|ghp|github_pat)[-_][-_A-Za-z0-9]{16,}|\bAIza[-_A-Za-z0-9]{30,}|\bAKIA[A-Z0-9]{16}\b|\b[Bb]earer +[-._~+/=A-Za-z0-9]{16,}", RegexOptions.NonBacktracking)]
    private static partial Regex KeyLike();

    [GeneratedRegex("key|token$|secret|password|authorization|credential", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();
}
