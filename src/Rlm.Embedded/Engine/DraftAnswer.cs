using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rlm.Embedded.Engine;

/// <summary>Reads the REPL's variable <c>answer</c> as it is rendered: a JSON object with <c>content</c> and <c>ready</c>.</summary>
internal static partial class DraftAnswer
{
    public const string VariableName = "answer";

    /// <summary>The content, null when it is empty; or null when this is no such object.</summary>
    /// <param name="rendered">The variable as text.</param>
    /// <param name="isDraft">It is such an object.</param>
    public static string? Read(string? rendered, out bool isDraft)
    {
        isDraft = false;
        if (rendered is null || !rendered.StartsWith('{') || !rendered.Contains("\"content\"", StringComparison.Ordinal) || !rendered.Contains("\"ready\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(rendered));
            if (!document.RootElement.TryGetProperty("content", out var content) || !document.RootElement.TryGetProperty("ready", out _))
            {
                return null;
            }

            isDraft = true;
            var text = content.ValueKind switch
            {
                JsonValueKind.String => Decode(content.GetRawText()),
                JsonValueKind.Null => null,
                _ => content.GetRawText(),
            };
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }
        catch (JsonException)
        {
            return null; // a variable of the model's own that only looks like it
        }
    }

    // JsonElement.GetString throws on a lone surrogate, which a str of Python may hold.
    private static string Decode(string json) => Escape().Replace(json[1..^1], escape => escape.Value[1] switch
    {
        'u' => ((char)ushort.Parse(escape.ValueSpan[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString(),
        'b' => "\b",
        'f' => "\f",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        var plain => plain.ToString(),
    });

    [GeneratedRegex("""\\(?:u[0-9a-fA-F]{4}|.)""")]
    private static partial Regex Escape();
}
