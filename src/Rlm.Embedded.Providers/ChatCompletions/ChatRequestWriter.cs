#pragma warning disable OPENAI001 // OpenAIContext is marked experimental; without it the SDK's options are written by reflection.
using System.Buffers;
using System.ClientModel.Primitives;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Rlm.Embedded.Providers;

/// <summary>Writes the body of a chat completions request. Thread-safe.</summary>
internal sealed class ChatRequestWriter(
    string model, ChatCompletionsDialect dialect, ModelEndpoint endpoint, IReadOnlyList<KeyValuePair<string, object?>>? bodyFields)
{
    private readonly ChatMessageWriter _messages = new(endpoint);

    public BinaryData Write(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, BodyFields.WriterOptions))
        {
            writer.WriteStartObject();
            var body = new BodyFields(writer);

            // The strongest come first: a name that is written is not written again.
            body.Extra(bodyFields);
            body.Extra(options?.AdditionalProperties);
            Raw(body, options?.RawRepresentationFactory?.Invoke(client));
            if (body.Claim("model"))
            {
                writer.WriteString("model", options?.ModelId ?? model);
            }

            if (body.Claim("messages"))
            {
                writer.WritePropertyName("messages");
                _messages.Write(writer, messages, options?.Instructions);
            }

            if (options is not null)
            {
                Options(body, options);
            }

            if (body.Claim("stream") && stream)
            {
                writer.WriteBoolean("stream", true);
            }

            if (body.Claim("stream_options") && stream)
            {
                writer.WriteStartObject("stream_options");
                writer.WriteBoolean("include_usage", true);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return BinaryData.FromBytes(buffer.WrittenMemory);
    }

    private static void Raw(BodyFields body, object? raw)
    {
        if (raw is not ChatCompletionOptions typed)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(ModelReaderWriter.Write(typed, ModelReaderWriterOptions.Json, OpenAI.OpenAIContext.Default));
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            bool empty = property.Value.ValueKind == JsonValueKind.Null
                || (property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 0);
            if (!empty && body.Claim(property.Name))
            {
                property.WriteTo(body.Writer);
            }
        }
    }

    private void Options(BodyFields body, ChatOptions options)
    {
        body.Number("temperature", options.Temperature);
        body.Number("top_p", options.TopP);
        body.Number("frequency_penalty", options.FrequencyPenalty);
        body.Number("presence_penalty", options.PresencePenalty);
        body.Integer(dialect.MaxTokensField, options.MaxOutputTokens);
        body.Integer("seed", options.Seed);
        if (dialect.SendsTopK)
        {
            body.Integer("top_k", options.TopK);
        }

        if (options.StopSequences is { Count: > 0 } stops && body.Claim("stop"))
        {
            body.Writer.WriteStartArray("stop");
            foreach (string stop in stops)
            {
                body.Writer.WriteStringValue(stop);
            }

            body.Writer.WriteEndArray();
        }

        if (ReasoningEfforts.Wire(options.Reasoning?.Effort) is { } effort && body.Claim("reasoning_effort"))
        {
            body.Writer.WriteString("reasoning_effort", effort);
        }

        ResponseFormat(body, options.ResponseFormat, StrictSchema.Of(options.AdditionalProperties));
        ChatToolWriter.Write(body, options);
    }

    private static void ResponseFormat(BodyFields body, ChatResponseFormat? format, bool? strict)
    {
        if (format is not ChatResponseFormatJson json || !body.Claim("response_format"))
        {
            return;
        }

        Utf8JsonWriter writer = body.Writer;
        writer.WriteStartObject("response_format");
        writer.WriteString("type", json.Schema is null ? "json_object" : "json_schema");
        if (json.Schema is { } schema)
        {
            writer.WriteStartObject("json_schema");
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

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
