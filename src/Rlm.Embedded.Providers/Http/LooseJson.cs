using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers;

/// <summary>JSON as servers write it, and text in it that is not Unicode: half a character where a stream was cut inside an emoji.</summary>
internal static class LooseJson
{
    private const char Replacement = '\uFFFD';

    public static bool TryParse(string text, out JsonElement root)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            root = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            root = default;
            return false;
        }
    }

    /// <summary>A string with its lone surrogates kept: the other half may come with the next piece.</summary>
    public static string Text(JsonElement element)
    {
        try
        {
            return element.GetString() ?? "";
        }
        catch (InvalidOperationException) when (element.ValueKind == JsonValueKind.String)
        {
            return Unescape(element.GetRawText().AsSpan(1..^1));
        }
    }

    /// <summary>A copy that can be changed, its texts well-formed.</summary>
    public static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject([.. element.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, ToNode(member.Value)))]),
        JsonValueKind.Array => new JsonArray([.. element.EnumerateArray().Select(ToNode)]),
        JsonValueKind.String => JsonValue.Create(WellFormed(Text(element))),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element),
    };

    /// <summary>Text in which each lone surrogate is U+FFFD.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? WellFormed(string? text)
    {
        if (text is null || FirstLone(text) < 0)
        {
            return text;
        }

        char[] chars = text.ToCharArray();
        for (int at = FirstLone(chars); at >= 0; at = FirstLone(chars))
        {
            chars[at] = Replacement;
        }

        return new string(chars);
    }

    private static int FirstLone(ReadOnlySpan<char> text)
    {
        int at = 0;
        while (text[at..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and { } next)
        {
            at += next;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return at;
            }

            at += 2;
        }

        return -1;
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch
            {
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                var other => other,
            });
        }

        return text.ToString();
    }
}
