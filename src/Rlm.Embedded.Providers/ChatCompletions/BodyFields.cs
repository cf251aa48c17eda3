using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>The fields of a request's body: each name is written once, and the first to claim it writes it.</summary>
internal sealed class BodyFields(Utf8JsonWriter writer)
{
    /// <summary>Text goes out as UTF-8, not as \u escapes: half the bytes for most languages. A lone surrogate becomes U+FFFD.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HashSet<string> _claimed = new(StringComparer.Ordinal);

    public Utf8JsonWriter Writer => writer;

    /// <summary>Any value as JSON.</summary>
    public static JsonNode? ToNode(object? value) =>
        JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));

    /// <summary>Writes fields the caller gave, as they are.</summary>
    public void Extra(IEnumerable<KeyValuePair<string, object?>>? fields)
    {
        foreach ((string name, object? value) in fields ?? [])
        {
            if (name != StrictSchema.Key && Claim(name))
            {
                writer.WritePropertyName(name);
                JsonSerializer.Serialize(writer, value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));
            }
        }
    }

    public bool Claim(string name) => _claimed.Add(name);

    public void Number(string name, float? value)
    {
        if (value is { } number && Claim(name))
        {
            writer.WriteNumber(name, number);
        }
    }

    public void Integer(string name, long? value)
    {
        if (value is { } number && Claim(name))
        {
            writer.WriteNumber(name, number);
        }
    }
}
