using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>Text as JSON, exact for lone surrogates too: Python's str may hold them, UTF-8 may not, so they are written as escapes.</summary>
internal static class JsonText
{
    /// <summary>For programs and people, not for HTML: quotes and letters of all scripts stay readable.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Utf8JsonWriter json, string? text)
    {
        if (text is null)
        {
            json.WriteNullValue();
        }
        else if (HasLoneSurrogate(text))
        {
            json.WriteRawValue(Escape(text), skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (int at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0;)
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                return true;
            }

            text = text[(at + 2)..];
            at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        }

        return false;
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        escaped.Append('"');
        foreach (char c in text)
        {
            if (c is >= ' ' and < '\u007F' and not ('"' or '\\'))
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append("\\u").Append(((int)c).ToString("x4"));
            }
        }

        return escaped.Append('"').ToString();
    }
}
