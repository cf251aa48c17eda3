using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Engine;

/// <summary>The form of an answer that is a value of a type.</summary>
internal sealed class AnswerForm<T>(JsonTypeInfo<T> type) : AnswerForm(SchemaOf(type))
{
    // A property that the model left out would be a default that nobody stated.
    private static readonly AIJsonSchemaCreateOptions s_options = new() { TransformOptions = new AIJsonSchemaTransformOptions { RequireAllProperties = true } };

    /// <inheritdoc/>
    public override string? FindMismatch(string text) => Read(text, out _);

    /// <summary>The value that an answer states.</summary>
    /// <returns>Null, or why it states none.</returns>
    public string? Read(string text, out T? value)
    {
        value = default;
        if (JsonReply.Read(text, Schema, out var json) is { } mismatch)
        {
            return mismatch;
        }

        try
        {
            value = json.Deserialize(type);
            return null;
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException or FormatException or ArgumentException or InvalidOperationException)
        {
            // What the schema does not say: the range of a number's type, a date's form, what a constructor checks.
            return cause.Message;
        }
    }

    private static JsonSchema SchemaOf(JsonTypeInfo<T> type) =>
        JsonSchema.Parse(AIJsonUtilities.CreateJsonSchema(type.Type, serializerOptions: type.Options, inferenceOptions: s_options));
}
