using System.Text.Json;

namespace Rlm.Embedded.Schemas;

/// <summary>Finds the JSON value in what a model wrote: bare, in a fence, or with words around it.</summary>
internal static class JsonReply
{
    private const int MaxDepth = 64;
    private const string Fence = "```";

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

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
        value = StringElement(text.Trim());
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
        try
        {
            using var document = JsonDocument.Parse(text, s_options);
            value = document.RootElement.Clone();
            problem = null;
            return true;
        }
        catch (Exception cause) when (cause is JsonException or ArgumentException)
        {
            // ArgumentException: a lone surrogate, which JSON cannot hold.
            value = default;
            problem = cause.Message;
            return false;
        }
    }

    private static JsonElement StringElement(string text)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStringValue(text);
        }

        using var document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        return document.RootElement.Clone();
    }
}
