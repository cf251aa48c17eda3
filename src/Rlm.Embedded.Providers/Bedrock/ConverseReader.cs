using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>What whole and streamed Converse answers have in common, and the whole answer.</summary>
internal static class ConverseReader
{
    public static ChatResponse Read(JsonElement root, string model, ModelEndpoint endpoint)
    {
        if (ReportedError.In(root, answers: root.Member("output") is not null) is { } error)
        {
            throw endpoint.FromErrorObject(error);
        }

        if (root.Member("output")?.Member("message") is not { ValueKind: JsonValueKind.Object } message
            || FinishReasons.Read(root.Text("stopReason")) is not { } reason)
        {
            throw endpoint.BadAnswer("the answer is not a Converse answer", root.GetRawText());
        }

        var contents = new List<AIContent>();
        foreach (JsonElement block in message.Items("content"))
        {
            if (block.Text("text") is { } text)
            {
                contents.Add(new TextContent(LooseJson.WellFormed(text)));
            }
            else if (block.Member("toolUse") is { } tool)
            {
                contents.Add(ToolArguments.Call(tool.Member("input")?.GetRawText() ?? "", tool.Text("toolUseId") ?? "", tool.Text("name") ?? ""));
            }
            else if (block.Member("reasoningContent")?.Member("reasoningText") is { } reasoning)
            {
                contents.Add(new TextReasoningContent(LooseJson.WellFormed(reasoning.Text("text"))) { ProtectedData = reasoning.Text("signature") });
            }
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ModelId = model,
            FinishReason = reason,
            Usage = Usage(root),
            RawRepresentation = root,
        };
    }

    /// <summary>The service counts cached tokens apart; here they are part of the input, as with the other providers.</summary>
    public static UsageDetails? Usage(JsonElement root)
    {
        if (root.Member("usage") is not { } usage)
        {
            return null;
        }

        long cached = usage.Integer("cacheReadInputTokens") ?? 0;
        long written = usage.Integer("cacheWriteInputTokens") ?? 0;
        long? input = usage.Integer("inputTokens") + cached + written;
        long? output = usage.Integer("outputTokens");
        var details = new UsageDetails
        {
            InputTokenCount = input,
            OutputTokenCount = output,
            TotalTokenCount = input + output,
            CachedInputTokenCount = cached,
        };
        if (written > 0)
        {
            details.AdditionalCounts = new() { ["cacheWriteInputTokens"] = written };
        }

        return details;
    }
}
