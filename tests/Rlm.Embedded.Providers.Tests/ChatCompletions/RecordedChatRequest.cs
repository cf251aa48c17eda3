using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A recorded chat completions request in the terms of Microsoft.Extensions.AI.</summary>
internal static class RecordedChatRequest
{
    public static (List<ChatMessage> Messages, ChatOptions Options) Read(JsonObject body)
    {
        var options = new ChatOptions { AdditionalProperties = [] };
        List<ChatMessage> messages = [];
        foreach ((string name, JsonNode? value) in body)
        {
            switch (name)
            {
                case "messages":
                    messages = [.. value!.AsArray().Select(m => Message(m!.AsObject()))];
                    break;
                case "model":
                    options.ModelId = (string?)value;
                    break;
                case "temperature":
                    options.Temperature = (float?)value;
                    break;
                case "max_completion_tokens":
                    options.MaxOutputTokens = (int?)value;
                    break;
                case "reasoning_effort":
                    options.Reasoning = new ReasoningOptions { Effort = Enum.Parse<ReasoningEffort>((string)value!, ignoreCase: true) };
                    break;
                case "parallel_tool_calls":
                    options.AllowMultipleToolCalls = (bool?)value;
                    break;
                case "tools":
                    options.Tools = [.. value!.AsArray().Select(t => Tool(t!["function"]!))];
                    break;
                case "tool_choice":
                    options.ToolMode = value is JsonObject ? ChatToolMode.RequireSpecific((string)value["function"]!["name"]!) : (string)value! switch
                    {
                        "none" => ChatToolMode.None,
                        "required" => ChatToolMode.RequireAny,
                        _ => ChatToolMode.Auto,
                    };
                    break;
                case "response_format":
                    ReadFormat(options, value!);
                    break;
                case "stream" or "stream_options":
                    break;
                default:
                    options.AdditionalProperties[name] = value;
                    break;
            }
        }

        return (messages, options);
    }

    private static ChatMessage Message(JsonObject message)
    {
        var read = new ChatMessage(new ChatRole((string)message["role"]!), []) { AuthorName = (string?)message["name"] };
        if (message["role"]!.GetValue<string>() == "tool")
        {
            read.Contents = [new FunctionResultContent((string)message["tool_call_id"]!, (string?)message["content"])];
            return read;
        }

        if (message["content"] is JsonArray parts)
        {
            read.Contents = [.. parts.Select(p => Part(p!))];
        }
        else if (message["content"] is { } text)
        {
            read.Contents = [new TextContent((string)text!)];
        }

        if (message["refusal"] is { } refusal)
        {
            read.Contents.Add(new ErrorContent((string)refusal!) { ErrorCode = "Refusal" });
        }

        foreach (JsonNode? call in message["tool_calls"] as JsonArray ?? [])
        {
            JsonNode function = call!["function"]!;
            read.Contents.Add(new FunctionCallContent(
                (string)call["id"]!,
                (string)function["name"]!,
                JsonSerializer.Deserialize<Dictionary<string, object?>>((string)function["arguments"]!)));
        }

        return read;
    }

    private static AIContent Part(JsonNode part) => (string)part["type"]! switch
    {
        "text" => new TextContent((string)part["text"]!),
        "image_url" when ((string)part["image_url"]!["url"]!).StartsWith("data:", StringComparison.Ordinal) =>
            new DataContent((string)part["image_url"]!["url"]!),
        "image_url" => new UriContent((string)part["image_url"]!["url"]!, "image/*"),
        "file" when part["file"]!["file_id"] is { } id => new HostedFileContent((string)id!),
        "file" => new DataContent((string)part["file"]!["file_data"]!) { Name = (string?)part["file"]!["filename"] },
        var other => throw new NotSupportedException(other),
    };

    private static AIFunctionDeclaration Tool(JsonNode function) => new RecordedTool(
        (string)function["name"]!,
        (string?)function["description"] ?? "",
        function["parameters"] is { } parameters ? JsonSerializer.SerializeToElement(parameters) : default,
        (bool?)function["strict"]);

    private static void ReadFormat(ChatOptions options, JsonNode format)
    {
        if (format["json_schema"] is not { } schema)
        {
            options.ResponseFormat = (string)format["type"]! == "json_object" ? ChatResponseFormat.Json : ChatResponseFormat.Text;
            return;
        }

        options.ResponseFormat = ChatResponseFormat.ForJsonSchema(
            JsonSerializer.SerializeToElement(schema["schema"]), (string?)schema["name"], (string?)schema["description"]);
        if (schema["strict"] is { } strict)
        {
            options.AdditionalProperties!["strict"] = (bool)strict;
        }
    }

    private sealed class RecordedTool(string name, string description, JsonElement schema, bool? strict) : AIFunctionDeclaration
    {
        public override string Name => name;

        public override string Description => description;

        public override JsonElement JsonSchema => schema.ValueKind == JsonValueKind.Undefined ? base.JsonSchema : schema;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
            strict is { } value ? new Dictionary<string, object?> { ["strict"] = value } : new();
    }
}
