using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Answers as the chat completions API writes them.</summary>
internal static class Wire
{
    public const string EventStream = "text/event-stream";

    public const string Done = "data: [DONE]\n\n";

    public static string Completion(string message, string finishReason = "\"stop\"", string more = "") =>
        $$"""{"id":"c1","object":"chat.completion","created":1700000000,"model":"served","choices":[{"index":0,"message":{{message}},"finish_reason":{{finishReason}}}]{{more}}}""";

    public static string Text(string text) => Completion($$"""{"role":"assistant","content":{{JsonValue.Create(text).ToJsonString()}}}""");

    public static string Text(string text, ModelApi api) => api == ModelApi.ChatCompletions ? Text(text)
        : $$"""{"id":"r1","object":"response","status":"completed","model":"served","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":{{JsonValue.Create(text).ToJsonString()}}}]}]}""";

    public static string Chunk(string delta, string finishReason = "null", string more = "") =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finishReason}}}]{{more}}}""" + "\n\n";
}
