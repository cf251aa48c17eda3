using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads a whole response, and what whole and streamed ones have in common.</summary>
internal static class ResponsesReader
{
    public static ChatResponse Read(JsonElement root, ModelEndpoint endpoint)
    {
        ThrowIfFailed(root, endpoint);
        if (root.Member("output") is not { ValueKind: JsonValueKind.Array })
        {
            throw endpoint.BadAnswer("the answer is not a response", root.GetRawText());
        }

        var contents = new List<AIContent>();
        foreach (JsonElement item in root.Items("output"))
        {
            if (item.Text("type") == "message")
            {
                Message(item, contents);
            }
            else
            {
                contents.Add(Item(item));
            }
        }

        string? id = root.Text("id");
        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id })
        {
            ResponseId = id,
            ModelId = root.Text("model"),
            CreatedAt = CreatedAt(root),
            FinishReason = FinishReason(root, contents.Any(c => c is FunctionCallContent)),
            Usage = Usage(root),
            RawRepresentation = root,
        };
        if (ChatUsageReader.Cost(root) is { } cost)
        {
            response.AdditionalProperties = new() { [ChatUsageReader.CostKey] = cost };
        }

        return response;
    }

    public static void ThrowIfFailed(JsonElement root, ModelEndpoint endpoint)
    {
        bool isAnswer = root.Member("output") is not null;
        if (ReportedError.In(root, isAnswer) is { } error && (root.Text("status") is null or "failed"))
        {
            throw endpoint.FromErrorObject(error);
        }

        if (root.Text("status") is { } status and ("failed" or "cancelled"))
        {
            throw endpoint.Broken($"the server reported the answer as {status}");
        }
    }

    /// <summary>An output item that is not a message.</summary>
    public static AIContent Item(JsonElement item) => item.Text("type") switch
    {
        "function_call" => Raw(ToolArguments.Call(ChatResponseReader.Arguments(item), item.Text("call_id") ?? "", item.Text("name") ?? ""), item),
        "reasoning" => Raw(new TextReasoningContent(Reasoning(item)) { ProtectedData = item.Text("encrypted_content") }, item),
        _ => Raw(new AIContent(), item),
    };

    public static ChatFinishReason? FinishReason(JsonElement root, bool calls) => root.Text("status") switch
    {
        "completed" or null => calls ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop,
        "incomplete" => root.Member("incomplete_details")?.Text("reason") switch
        {
            "max_output_tokens" => ChatFinishReason.Length,
            "content_filter" => ChatFinishReason.ContentFilter,
            { } other => new ChatFinishReason(other),
            null => ChatFinishReason.Length,
        },

        // Queued or in progress: a background response.
        _ => null,
    };

    public static UsageDetails? Usage(JsonElement root)
    {
        if (root.Member("usage") is not { ValueKind: JsonValueKind.Object } usage)
        {
            return null;
        }

        long? input = usage.Integer("input_tokens") ?? usage.Integer("prompt_tokens");
        long? output = usage.Integer("output_tokens") ?? usage.Integer("completion_tokens");
        return new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = usage.Integer("total_tokens") ?? input + output,
            CachedInputTokenCount = usage.Member("input_tokens_details")?.Integer("cached_tokens"),
            ReasoningTokenCount = usage.Member("output_tokens_details")?.Integer("reasoning_tokens"),
        };
    }

    public static DateTimeOffset? CreatedAt(JsonElement root) =>
        root.Integer("created_at") is > 0 and < 253_402_300_800 and { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    public static void Message(JsonElement item, IList<AIContent> contents)
    {
        if (item.Text("content") is { Length: > 0 } plain)
        {
            contents.Add(new TextContent(plain));
        }

        foreach (JsonElement part in item.Items("content"))
        {
            if (part.Text("refusal") is { } refusal)
            {
                contents.Add(ChatContentReader.Refusal(refusal));
            }
            else if ((part.ValueKind == JsonValueKind.String ? LooseJson.Text(part) : part.Text("text")) is { } text)
            {
                contents.Add(Raw(new TextContent(text), part));
            }
        }
    }

    private static string Reasoning(JsonElement item) =>
        string.Join("\n\n", item.Items("summary").Concat(item.Items("content")).Select(p => p.Text("text")).Where(t => t is not null));

    private static T Raw<T>(T content, JsonElement item)
        where T : AIContent
    {
        content.RawRepresentation = item;
        return content;
    }
}
