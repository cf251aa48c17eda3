using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A recorded Responses request in the terms of Microsoft.Extensions.AI. Hosted tools stay JSON: they go through AdditionalProperties.</summary>
internal static class RecordedResponsesRequest
{
    public static (List<ChatMessage> Messages, ChatOptions Options) Read(JsonObject body)
    {
        var options = new ChatOptions { AdditionalProperties = [] };
        List<ChatMessage> messages = [];
        foreach ((string name, JsonNode? value) in body)
        {
            switch (name)
            {
                case "input":
                    messages = [.. value!.AsArray().Select(i => Item(i!))];
                    break;
                case "model":
                    options.ModelId = (string?)value;
                    break;
                case "instructions":
                    options.Instructions = (string?)value;
                    break;
                case "max_output_tokens":
                    options.MaxOutputTokens = (int?)value;
                    break;
                case "previous_response_id":
                    options.ConversationId = (string?)value;
                    break;
                case "tools" when value!.AsArray().All(t => (string)t!["type"]! == "function"):
                    options.Tools = [.. value!.AsArray().Select(t => new RecordedTool(t!))];
                    break;
                case "tool_choice" when value is JsonValue:
                    options.ToolMode = (string)value! switch
                    {
                        "none" => ChatToolMode.None,
                        "required" => ChatToolMode.RequireAny,
                        _ => ChatToolMode.Auto,
                    };
                    break;
                case "tool_choice" when value!["name"] is { } function:
                    options.ToolMode = ChatToolMode.RequireSpecific((string)function!);
                    break;
                case "text" when value!["format"]!["schema"] is { } schema:
                    options.ResponseFormat = ChatResponseFormat.ForJsonSchema(
                        JsonSerializer.SerializeToElement(schema), (string?)value["format"]!["name"]);
                    break;
                case "reasoning":
                    options.Reasoning = new ReasoningOptions
                    {
                        Effort = (string?)value!["effort"] switch { "xhigh" => ReasoningEffort.ExtraHigh, "high" => ReasoningEffort.High, _ => null },
                        Output = (string?)value["summary"] == "detailed" ? ReasoningOutput.Full : null,
                    };
                    break;
                case "stream":
                    break;
                default:
                    options.AdditionalProperties[name] = value;
                    break;
            }
        }

        return (messages, options);
    }

    private static ChatMessage Item(JsonNode item) => (string)item["type"]! switch
    {
        "message" => new ChatMessage(new ChatRole((string)item["role"]!), [.. item["content"]!.AsArray().Select(p => Part(p!))]),
        "function_call_output" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent((string)item["call_id"]!, (string)item["output"]!)]),
        _ => new ChatMessage(ChatRole.User, [new AIContent { RawRepresentation = JsonSerializer.SerializeToElement(item) }]),
    };

    private static AIContent Part(JsonNode part) => (string)part["type"]! switch
    {
        "input_text" or "output_text" => new TextContent((string)part["text"]!),
        "input_file" when part["file_id"] is { } id => new HostedFileContent((string)id!),
        "input_file" => new DataContent((string)part["file_data"]!) { Name = (string?)part["filename"] },
        var other => throw new NotSupportedException(other),
    };

    private sealed class RecordedTool(JsonNode tool) : AIFunctionDeclaration
    {
        public override string Name => (string)tool["name"]!;

        public override string Description => (string?)tool["description"] ?? "";

        public override JsonElement JsonSchema { get; } = JsonSerializer.SerializeToElement(tool["parameters"]);

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } =
            new Dictionary<string, object?> { ["strict"] = (bool?)tool["strict"] };
    }
}
