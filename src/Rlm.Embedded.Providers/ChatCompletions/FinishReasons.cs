using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Finish reasons of the wire.</summary>
internal static class FinishReasons
{
    public static ChatFinishReason? Read(string? value) => value switch
    {
        null or "" => null,
        "stop" => ChatFinishReason.Stop,
        "length" or "max_tokens" => ChatFinishReason.Length,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(value),
    };
}
