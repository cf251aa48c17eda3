using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Writes the body of a Converse request.</summary>
internal sealed class ConverseRequestWriter(ModelEndpoint endpoint)
{
    public JsonObject Write(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var system = new JsonArray();
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            system.Add((JsonNode?)Text(instructions));
        }

        var turns = new JsonArray();
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.System)
            {
                system.Add((JsonNode?)Text(message.Text));
                continue;
            }

            string role = message.Role == ChatRole.Assistant ? "assistant" : "user";

            // The API wants the roles to alternate.
            if (turns.LastOrDefault() is not JsonObject last || (string?)last["role"] != role)
            {
                last = new JsonObject { ["role"] = role, ["content"] = new JsonArray() };
                turns.Add((JsonNode?)last);
            }

            foreach (AIContent content in message.Contents)
            {
                if (Block(content) is { } block)
                {
                    last["content"]!.AsArray().Add((JsonNode?)block);
                }
            }
        }

        var body = new JsonObject { ["messages"] = turns };
        if (system.Count > 0)
        {
            body["system"] = system;
        }

        AddOptions(body, options);
        return body;
    }

    private static void AddOptions(JsonObject body, ChatOptions? options)
    {
        if (options is null)
        {
            return;
        }

        var inference = new JsonObject();
        Set(inference, "maxTokens", options.MaxOutputTokens);
        Set(inference, "temperature", options.Temperature);
        Set(inference, "topP", options.TopP);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            inference["stopSequences"] = new JsonArray([.. stops.Select(s => JsonValue.Create(s))]);
        }

        if (inference.Count > 0)
        {
            body["inferenceConfig"] = inference;
        }

        AddTools(body, options);
        foreach ((string name, object? value) in options.AdditionalProperties ?? [])
        {
            if (name != StrictSchema.Key)
            {
                body[name] = BodyFields.ToNode(value);
            }
        }
    }

    private static void AddTools(JsonObject body, ChatOptions options)
    {
        JsonNode[] tools = [.. (options.Tools ?? []).OfType<AIFunctionDeclaration>().Select(f => new JsonObject
        {
            ["toolSpec"] = new JsonObject
            {
                ["name"] = f.Name,
                ["description"] = f.Description is { Length: > 0 } words ? words : f.Name,
                ["inputSchema"] = new JsonObject { ["json"] = JsonNode.Parse(f.JsonSchema.GetRawText()) },
            },
        })];
        if (tools.Length == 0 || options.ToolMode is NoneChatToolMode)
        {
            return;
        }

        var config = new JsonObject { ["tools"] = new JsonArray(tools) };
        if (options.ToolMode is RequiredChatToolMode required)
        {
            config["toolChoice"] = required.RequiredFunctionName is { } name
                ? new JsonObject { ["tool"] = new JsonObject { ["name"] = name } }
                : new JsonObject { ["any"] = new JsonObject() };
        }

        body["toolConfig"] = config;
    }

    private static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }

    private static JsonObject Text(string text) => new() { ["text"] = text };

    private JsonObject? Block(AIContent content) => content switch
    {
        // The API refuses empty text.
        TextContent text => text.Text.Length > 0 ? Text(text.Text) : null,
        DataContent data when data.HasTopLevelMediaType("image") => new JsonObject
        {
            ["image"] = new JsonObject
            {
                ["format"] = data.MediaType["image/".Length..],
                ["source"] = new JsonObject { ["bytes"] = data.Base64Data.ToString() },
            },
        },
        FunctionCallContent call => new JsonObject
        {
            ["toolUse"] = new JsonObject
            {
                ["toolUseId"] = call.CallId,
                ["name"] = call.Name,
                ["input"] = JsonNode.Parse(ToolResults.Arguments(call)),
            },
        },
        FunctionResultContent result => new JsonObject
        {
            ["toolResult"] = new JsonObject
            {
                ["toolUseId"] = result.CallId,
                ["content"] = new JsonArray(Text(ToolResults.Text(result))),
                ["status"] = result.Exception is null ? "success" : "error",
            },
        },
        TextReasoningContent or UsageContent or ErrorContent => null,
        _ => throw endpoint.InvalidRequest(
            $"a message holds {(content as DataContent)?.MediaType ?? (content as UriContent)?.MediaType ?? content.GetType().Name}, but Converse takes text and image data"),
    };
}
