using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// A model call as JSON that is the same whenever the call is the same: model, messages and every option that changes the answer.
/// What differs from run to run (message ids, times) is left out, and so is whatever is named like a secret.
/// </summary>
internal static class CallDescription
{
    /// <summary>Describes a call.</summary>
    /// <param name="model">The model as its user names it.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    public static JsonObject Of(string? model, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var call = new JsonObject { ["model"] = options?.ModelId ?? model };
        if (options is not null && Options(options) is { Count: > 0 } described)
        {
            call["options"] = described;
        }

        call["messages"] = new JsonArray([.. messages.Select(Message)]);
        return call;
    }

    /// <summary>A hash of a description, as lower-case hex.</summary>
    public static string Key(JsonObject description) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(description.ToJsonString(CallJson.Compact))));

    private static JsonObject Message(ChatMessage message)
    {
        var described = new JsonObject { ["role"] = message.Role.Value };
        if (message.AuthorName is { } name)
        {
            described["name"] = name;
        }

        described["content"] = message.Contents is [] or [TextContent]
            ? SecretText.Scrub(message.Text)
            : new JsonArray([.. message.Contents.Select(Content)]);
        return described;
    }

    private static JsonNode? Content(AIContent content) => content switch
    {
        TextContent text => new JsonObject { ["text"] = SecretText.Scrub(text.Text) },
        TextReasoningContent reasoning => new JsonObject { ["reasoning"] = SecretText.Scrub(reasoning.Text) },
        FunctionCallContent call => new JsonObject { ["call"] = call.CallId, ["name"] = call.Name, ["arguments"] = Any(call.Arguments) },
        FunctionResultContent result => new JsonObject { ["result_of"] = result.CallId, ["value"] = Any(result.Result), ["error"] = result.Exception?.Message },
        DataContent data => new JsonObject { ["media_type"] = data.MediaType, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(data.Data.Span)) },
        UriContent uri => new JsonObject { ["media_type"] = uri.MediaType, ["uri"] = uri.Uri.OriginalString },
        _ => JsonSerializer.SerializeToNode(content, CallJson.Compact.GetTypeInfo(typeof(AIContent))),
    };

    private static JsonObject Options(ChatOptions options)
    {
        var described = new JsonObject();
        Set("instructions", options.Instructions is { } text ? SecretText.Scrub(text) : null);
        Set("temperature", options.Temperature);
        Set("top_p", options.TopP);
        Set("top_k", options.TopK);
        Set("frequency_penalty", options.FrequencyPenalty);
        Set("presence_penalty", options.PresencePenalty);
        Set("max_output_tokens", options.MaxOutputTokens);
        Set("seed", options.Seed);
        Set("conversation", options.ConversationId);
        Set("reasoning_effort", options.Reasoning?.Effort?.ToString());
        Set("reasoning_output", options.Reasoning?.Output?.ToString());
        Set("stop", options.StopSequences is { Count: > 0 } stops ? new JsonArray([.. stops.Select(s => JsonValue.Create(s))]) : null);
        Set("format", options.ResponseFormat is ChatResponseFormatJson json ? Format(json) : null);
        Set("tools", options.Tools is { Count: > 0 } tools ? new JsonArray([.. tools.Select(Tool)]) : null);
        Set("tool_mode", options.ToolMode switch
        {
            null => null,
            RequiredChatToolMode required => $"required {required.RequiredFunctionName}".TrimEnd(),
            NoneChatToolMode => "none",
            _ => "auto",
        });
        Set("multiple_tool_calls", options.AllowMultipleToolCalls);
        foreach ((string name, object? value) in (options.AdditionalProperties ?? []).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!SecretText.IsSecretName(name))
            {
                Set($"+{name}", Any(value));
            }
        }

        return described;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                described[name] = value;
            }
        }
    }

    private static JsonObject Format(ChatResponseFormatJson format) => new()
    {
        ["name"] = format.SchemaName,
        ["schema"] = format.Schema is { } schema ? JsonNode.Parse(schema.GetRawText()) : null,
    };

    private static JsonObject Tool(AITool tool) => new()
    {
        ["name"] = tool.Name,
        ["description"] = tool.Description,
        ["schema"] = tool is AIFunctionDeclaration function ? JsonNode.Parse(function.JsonSchema.GetRawText()) : null,
    };

    private static JsonNode? Any(object? value) => JsonSerializer.SerializeToNode(value, CallJson.Compact.GetTypeInfo(typeof(object)));
}
