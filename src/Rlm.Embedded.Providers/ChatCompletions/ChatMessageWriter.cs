using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes messages. Reasoning of earlier turns is left out: the API does not take it back.</summary>
internal sealed class ChatMessageWriter(ModelEndpoint endpoint)
{
    public void Write(Utf8JsonWriter writer, IEnumerable<ChatMessage> messages, string? instructions)
    {
        writer.WriteStartArray();
        if (!string.IsNullOrEmpty(instructions))
        {
            Open(writer, "system", name: null);
            writer.WriteString("content", instructions);
            writer.WriteEndObject();
        }

        foreach (ChatMessage message in messages)
        {
            Message(writer, message);
        }

        writer.WriteEndArray();
    }

    private static void Open(Utf8JsonWriter writer, string role, string? name)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        if (!string.IsNullOrEmpty(name))
        {
            writer.WriteString("name", name);
        }
    }

    private void Message(Utf8JsonWriter writer, ChatMessage message)
    {
        IList<AIContent> contents = message.Contents;
        if (contents.Any(c => c is FunctionResultContent))
        {
            foreach (FunctionResultContent result in contents.OfType<FunctionResultContent>())
            {
                Open(writer, "tool", name: null);
                writer.WriteString("tool_call_id", result.CallId);
                writer.WriteString("content", ToolResults.Text(result));
                writer.WriteEndObject();
            }

            contents = [.. contents.Where(c => c is not FunctionResultContent)];
            if (contents.Count == 0 || message.Role == ChatRole.Tool)
            {
                return;
            }
        }

        string role = message.Role.Value;
        Open(writer, role, message.AuthorName);
        if (role == "assistant")
        {
            Assistant(writer, message);
        }
        else
        {
            Content(writer, contents);
        }

        writer.WriteEndObject();
    }

    private static void Assistant(Utf8JsonWriter writer, ChatMessage message)
    {
        FunctionCallContent[] calls = [.. message.Contents.OfType<FunctionCallContent>()];
        string? refusal = message.Contents.OfType<ErrorContent>().FirstOrDefault(e => e.ErrorCode == "Refusal")?.Message;
        if (message.Text is { Length: > 0 } text)
        {
            writer.WriteString("content", text);
        }
        else if (calls.Length == 0 && refusal is null)
        {
            writer.WriteString("content", "");
        }

        if (refusal is not null)
        {
            writer.WriteString("refusal", refusal);
        }

        if (calls.Length == 0)
        {
            return;
        }

        writer.WriteStartArray("tool_calls");
        foreach (FunctionCallContent call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id", call.CallId);
            writer.WriteString("type", "function");
            writer.WriteStartObject("function");
            writer.WriteString("name", call.Name);
            writer.WriteString("arguments", ToolResults.Arguments(call));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void Content(Utf8JsonWriter writer, IList<AIContent> contents)
    {
        if (contents is [] or [TextContent])
        {
            writer.WriteString("content", (contents.FirstOrDefault() as TextContent)?.Text ?? "");
            return;
        }

        writer.WriteStartArray("content");
        foreach (AIContent content in contents)
        {
            Part(writer, content);
        }

        writer.WriteEndArray();
    }

    private void Part(Utf8JsonWriter writer, AIContent content)
    {
        switch (content)
        {
            case TextReasoningContent or UsageContent:
                break;
            case TextContent text:
                writer.WriteStartObject();
                writer.WriteString("type", "text");
                writer.WriteString("text", text.Text);
                writer.WriteEndObject();
                break;
            case UriContent uri when uri.HasTopLevelMediaType("image"):
                Image(writer, uri.Uri.AbsoluteUri, content);
                break;
            case DataContent data when data.HasTopLevelMediaType("image"):
                Image(writer, data.Uri, content);
                break;
            case DataContent { MediaType: "audio/mpeg" or "audio/mp3" } data:
                Audio(writer, data, "mp3");
                break;
            case DataContent { MediaType: "audio/wav" or "audio/x-wav" } data:
                Audio(writer, data, "wav");
                break;
            case DataContent { MediaType: "application/pdf" } data:
                File(writer, "file_data", data.Uri, data.Name ?? "document.pdf");
                break;
            case HostedFileContent file:
                File(writer, "file_id", file.FileId, name: null);
                break;
            default:
                string media = (content as DataContent)?.MediaType ?? (content as UriContent)?.MediaType ?? content.GetType().Name;
                throw endpoint.InvalidRequest($"a message holds {media}, but this API takes text, images, mp3 and wav audio and PDF files");
        }
    }

    private static void Image(Utf8JsonWriter writer, string uri, AIContent content)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "image_url");
        writer.WriteStartObject("image_url");
        writer.WriteString("url", uri);
        if (content.AdditionalProperties?.TryGetValue("detail", out object? detail) == true && detail is not null)
        {
            writer.WriteString("detail", detail.ToString());
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Audio(Utf8JsonWriter writer, DataContent data, string format)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "input_audio");
        writer.WriteStartObject("input_audio");
        writer.WriteString("data", data.Base64Data.Span);
        writer.WriteString("format", format);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void File(Utf8JsonWriter writer, string field, string value, string? name)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "file");
        writer.WriteStartObject("file");
        if (name is not null)
        {
            writer.WriteString("filename", name);
        }

        writer.WriteString(field, value);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
