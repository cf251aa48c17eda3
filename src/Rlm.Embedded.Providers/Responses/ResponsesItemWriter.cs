using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes messages as input items.</summary>
internal sealed class ResponsesItemWriter(ModelEndpoint endpoint)
{
    public void Write(Utf8JsonWriter writer, IEnumerable<ChatMessage> messages)
    {
        writer.WriteStartArray();
        foreach (ChatMessage message in messages)
        {
            // What a message says in parts goes into one item; calls, results and raw items stand alone between them.
            var parts = new List<AIContent>();
            foreach (AIContent content in message.Contents)
            {
                if (IsPart(content))
                {
                    parts.Add(content);
                    continue;
                }

                Message(writer, message.Role.Value, parts);
                Item(writer, content);
            }

            Message(writer, message.Role.Value, parts);
        }

        writer.WriteEndArray();
    }

    private static bool IsPart(AIContent content) =>
        content is TextContent or DataContent or UriContent or HostedFileContent or ErrorContent;

    private static void Item(Utf8JsonWriter writer, AIContent content)
    {
        switch (content)
        {
            case FunctionCallContent call:
                writer.WriteStartObject();
                writer.WriteString("type", "function_call");
                writer.WriteString("call_id", call.CallId);
                writer.WriteString("name", call.Name);
                writer.WriteString("arguments", ToolResults.Arguments(call));
                writer.WriteEndObject();
                break;
            case FunctionResultContent result:
                writer.WriteStartObject();
                writer.WriteString("type", "function_call_output");
                writer.WriteString("call_id", result.CallId);
                writer.WriteString("output", ToolResults.Text(result));
                writer.WriteEndObject();
                break;
            case TextReasoningContent { ProtectedData: { Length: > 0 } sealedText } reasoning:
                writer.WriteStartObject();
                writer.WriteString("type", "reasoning");
                writer.WriteStartArray("summary");
                if (reasoning.Text.Length > 0)
                {
                    Part(writer, "summary_text", "text", reasoning.Text);
                }

                writer.WriteEndArray();
                writer.WriteString("encrypted_content", sealedText);
                writer.WriteEndObject();
                break;
            case TextReasoningContent or UsageContent:
                break;
            case { RawRepresentation: JsonElement { ValueKind: JsonValueKind.Object } item }:
                item.WriteTo(writer);
                break;
        }
    }

    private static void Part(Utf8JsonWriter writer, string type, string field, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString(field, value);
        writer.WriteEndObject();
    }

    private void Message(Utf8JsonWriter writer, string role, List<AIContent> parts)
    {
        if (parts.Count == 0)
        {
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("type", "message");
        writer.WriteString("role", role);
        writer.WriteStartArray("content");
        foreach (AIContent part in parts)
        {
            if (role == "assistant")
            {
                Said(writer, part);
            }
            else
            {
                Given(writer, part);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        parts.Clear();
    }

    private static void Said(Utf8JsonWriter writer, AIContent part)
    {
        switch (part)
        {
            case TextContent text:
                writer.WriteStartObject();
                writer.WriteString("type", "output_text");
                writer.WriteString("text", text.Text);
                writer.WriteStartArray("annotations");
                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case ErrorContent { ErrorCode: "Refusal" } refusal:
                Part(writer, "refusal", "refusal", refusal.Message);
                break;
        }
    }

    private void Given(Utf8JsonWriter writer, AIContent part)
    {
        switch (part)
        {
            case TextContent text:
                Part(writer, "input_text", "text", text.Text);
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                Part(writer, "input_image", "image_url", uri.Uri.AbsoluteUri);
                break;
            case DataContent data when data.HasTopLevelMediaType("image"):
                Part(writer, "input_image", "image_url", data.Uri);
                break;
            case HostedFileContent file when file.HasTopLevelMediaType("image"):
                Part(writer, "input_image", "file_id", file.FileId);
                break;
            case HostedFileContent file:
                Part(writer, "input_file", "file_id", file.FileId);
                break;
            case DataContent { MediaType: "application/pdf" } data:
                writer.WriteStartObject();
                writer.WriteString("type", "input_file");
                writer.WriteString("filename", data.Name ?? "document.pdf");
                writer.WriteString("file_data", data.Uri);
                writer.WriteEndObject();
                break;
            case UriContent { MediaType: "application/pdf" } uri:
                Part(writer, "input_file", "file_url", uri.Uri.AbsoluteUri);
                break;
            case ErrorContent:
                break;
            default:
                string media = (part as DataContent)?.MediaType ?? (part as UriContent)?.MediaType ?? part.GetType().Name;
                throw endpoint.InvalidRequest($"a message holds {media}, but this API takes text, images and PDF files");
        }
    }
}
