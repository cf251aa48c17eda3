using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Schemas;

/// <summary>Finds the JSON value in what a model wrote: bare, in a fence, or with words around it.</summary>
internal static class JsonReply
{
    private const int MaxDepth = 64;
    private const string Fence = "```";

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = MaxDepth };
    private static readonly JsonDocumentOptions s_lenient = s_strict with { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The value that fits a schema.</summary>
    /// <param name="text">What the model wrote.</param>
    /// <param name="schema">What it was asked for.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null, or why there is no such value, for the model.</returns>
    public static string? Read(string text, JsonSchema schema, out JsonElement value)
    {
        string? mismatch = null;
        string? syntax = null;
        foreach (var candidate in Candidates(text.Trim()))
        {
            if (!TryParse(candidate, out value, out var problem))
            {
                syntax ??= problem;
            }
            else if (schema.FindMismatch(value) is { } reason)
            {
                mismatch ??= reason;
            }
            else
            {
                return null;
            }
        }

        // A model that is asked for a string seldom quotes it.
        value = JsonValues.ToElement(text.Trim());
        return schema.FindMismatch(value) is null ? null : mismatch ?? $"it is not JSON: {syntax}";
    }

    private static IEnumerable<string> Candidates(string text)
    {
        yield return text switch
        {
            "True" => "true",
            "False" => "false",
            "None" => "null",
            _ => text,
        };
        var close = text.LastIndexOf(Fence, StringComparison.Ordinal);
        var open = close > 0 ? text.LastIndexOf(Fence, close - 1, StringComparison.Ordinal) : -1;
        if (open >= 0)
        {
            var inner = text[(open + Fence.Length)..close];
            var line = inner.IndexOf('\n', StringComparison.Ordinal);
            yield return line < 0 ? inner : inner[line..];
        }

        var first = text.AsSpan().IndexOfAny('{', '[');
        var last = text.AsSpan().LastIndexOfAny('}', ']');
        if (first >= 0 && last > first && (first > 0 || last < text.Length - 1))
        {
            yield return text[first..(last + 1)];
        }
    }

    private static bool TryParse(string text, out JsonElement value, out string? problem)
    {
        problem = null;
        if (TryParse(text, s_strict, out value, ref problem))
        {
            return true;
        }

        // Trailing commas and comments, written anew without them.
        string? ignored = null;
        return TryParse(text, s_lenient, out value, ref ignored) && TryParse(Written(value.WriteTo), s_strict, out value, ref ignored);
    }

    private static bool TryParse(string text, JsonDocumentOptions options, out JsonElement value, ref string? problem)
    {
        try
        {
            using var document = JsonDocument.Parse(text, options);
            value = document.RootElement.Clone();
            return true;
        }
        catch (Exception cause) when (cause is JsonException or ArgumentException)
        {
            // ArgumentException: a lone surrogate, which JSON cannot hold.
            value = default;
            problem = cause.Message.TrimEnd('.');
            return false;
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
