using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes the body of a Responses request. Thread-safe.</summary>
internal sealed class ResponsesRequestWriter(string model, ModelEndpoint endpoint, IReadOnlyList<KeyValuePair<string, object?>>? bodyFields)
{
    private readonly ResponsesItemWriter _items = new(endpoint);

    public BinaryData Write(IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, BodyFields.WriterOptions))
        {
            writer.WriteStartObject();
            var body = new BodyFields(writer);
            body.Extra(bodyFields);
            body.Extra(options?.AdditionalProperties);
            if (body.Claim("model"))
            {
                writer.WriteString("model", options?.ModelId ?? model);
            }

            if (body.Claim("input"))
            {
                writer.WritePropertyName("input");
                _items.Write(writer, messages);
            }

            if (options is not null)
            {
                Options(body, options);
            }

            if (body.Claim("stream") && stream)
            {
                writer.WriteBoolean("stream", true);
            }

            writer.WriteEndObject();
        }

        return BinaryData.FromBytes(buffer.WrittenMemory);
    }

    private static void Options(BodyFields body, ChatOptions options)
    {
        if (options.Instructions is { Length: > 0 } instructions && body.Claim("instructions"))
        {
            body.Writer.WriteString("instructions", instructions);
        }

        body.Number("temperature", options.Temperature);
        body.Number("top_p", options.TopP);
        body.Integer("max_output_tokens", options.MaxOutputTokens);
        if (options.ConversationId is { Length: > 0 } conversation)
        {
            string field = conversation.StartsWith("conv_", StringComparison.Ordinal) ? "conversation" : "previous_response_id";
            if (body.Claim(field))
            {
                body.Writer.WriteString(field, conversation);
            }
        }

        Reasoning(body, options.Reasoning);
        Format(body, options.ResponseFormat, StrictSchema.Of(options.AdditionalProperties));
        ResponsesToolWriter.Write(body, options);
    }

    private static void Reasoning(BodyFields body, ReasoningOptions? reasoning)
    {
        string? effort = ReasoningEfforts.Wire(reasoning?.Effort);
        string? summary = reasoning?.Output switch
        {
            ReasoningOutput.Summary => "auto",
            ReasoningOutput.Full => "detailed",
            _ => null,
        };
        if ((effort ?? summary) is null || !body.Claim("reasoning"))
        {
            return;
        }

        body.Writer.WriteStartObject("reasoning");
        if (effort is not null)
        {
            body.Writer.WriteString("effort", effort);
        }

        if (summary is not null)
        {
            body.Writer.WriteString("summary", summary);
        }

        body.Writer.WriteEndObject();
    }

    private static void Format(BodyFields body, ChatResponseFormat? format, bool? strict)
    {
        if (format is not ChatResponseFormatJson json || !body.Claim("text"))
        {
            return;
        }

        Utf8JsonWriter writer = body.Writer;
        writer.WriteStartObject("text");
        writer.WriteStartObject("format");
        writer.WriteString("type", json.Schema is null ? "json_object" : "json_schema");
        if (json.Schema is { } schema)
        {
            writer.WriteString("name", json.SchemaName ?? "answer");
            if (json.SchemaDescription is { } description)
            {
                writer.WriteString("description", description);
            }

            writer.WritePropertyName("schema");
            schema.WriteTo(writer);
            if (strict is { } value)
            {
                writer.WriteBoolean("strict", value);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
