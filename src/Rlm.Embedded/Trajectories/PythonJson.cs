using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Trajectories;

/// <summary>Reads what Python's <c>json.dump</c> writes and RFC 8259 does not allow: NaN, the infinities, lone surrogates.</summary>
internal static partial class PythonJson
{
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = 1_000 };

    /// <summary>The document; numbers that are none become strings, lone surrogates U+FFFD.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(string json)
    {
        if (json.Contains("\\ud", StringComparison.OrdinalIgnoreCase))
        {
            json = Surrogates().Replace(json, found => found.Length == 6 ? "\\ufffd" : found.Value);
        }

        try
        {
            return JsonDocument.Parse(json, s_deep);
        }
        catch (JsonException) when (NoNumbers().IsMatch(json))
        {
            return JsonDocument.Parse(StringsAndNoNumbers().Replace(json, found => found.Value[0] == '"' ? found.Value : $"\"{found.Value}\""), s_deep);
        }
    }

    // An escaped backslash, a pair, one alone.
    [GeneratedRegex(@"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}", RegexOptions.NonBacktracking)]
    private static partial Regex Surrogates();

    [GeneratedRegex("NaN|Infinity", RegexOptions.NonBacktracking)]
    private static partial Regex NoNumbers();

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""|NaN|-?Infinity", RegexOptions.NonBacktracking)]
    private static partial Regex StringsAndNoNumbers();
}
