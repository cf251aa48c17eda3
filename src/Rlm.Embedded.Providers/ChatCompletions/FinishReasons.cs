using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Finish reasons of all APIs, as servers spell them; one that nobody knows passes as it is.</summary>
internal static class FinishReasons
{
    /// <summary>The finish reason of a field that holds its name, or an object with it.</summary>
    /// <exception cref="Models.ModelCallException">The server says that it failed.</exception>
    public static ChatFinishReason? Read(JsonElement? value, ModelEndpoint endpoint)
    {
        string? name = value is { ValueKind: JsonValueKind.String } text ? LooseJson.Text(text) : value?.Text("type");
        return name?.ToLowerInvariant() is "error" or "abort" or "aborted" or "network_error" or "insufficient_system_resource"
            ? throw endpoint.Broken($"the server broke the answer off (finish reason: {name})")
            : Read(name);
    }

    public static ChatFinishReason? Read(string? value) => value?.ToLowerInvariant() switch
    {
        null or "" => null,
        "stop" or "end_turn" or "stop_sequence" or "eos" or "eos_token" or "stop_token" or "complete" or "completed" => ChatFinishReason.Stop,
        "length" or "max_tokens" or "max_output_tokens" or "model_length" or "token_limit" or "model_context_window_exceeded" => ChatFinishReason.Length,
        "tool_calls" or "tool_use" or "function_call" => ChatFinishReason.ToolCalls,
        "content_filter" or "content_filtered" or "guardrail_intervened" or "refusal" or "safety" or "recitation" or "prohibited_content" or "blocklist"
            or "spii" or "sensitive" => ChatFinishReason.ContentFilter,
        _ => new ChatFinishReason(value),
    };
}
