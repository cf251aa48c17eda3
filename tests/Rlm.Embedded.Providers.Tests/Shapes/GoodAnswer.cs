using System.Text;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>An answer as each API documents it: text, why it ended, and 10 tokens in, 5 out.</summary>
internal static class GoodAnswer
{
    public const string Text = "caf\u00e9 \U0001F600 au lait";

    private static readonly string[] s_pieces = ["caf\u00e9 ", "\U0001F600 au", " lait"];

    public static Answer Of(Protocol protocol, bool streaming) => streaming ? Streamed(protocol) : Whole(protocol);

    public static Answer Whole(Protocol protocol) => new(protocol, false, Encoding.UTF8.GetBytes(protocol switch
    {
        Protocol.Chat => $$$$"""{"id":"c1","object":"chat.completion","created":1700000000,"model":"served","choices":[{"index":0,"message":{"role":"assistant","content":{{{{Json(Text)}}}}},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""",
        Protocol.Responses => $$$$"""{"id":"r1","object":"response","status":"completed","model":"served","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":{{{{Json(Text)}}}}}]}],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}""",
        Protocol.Anthropic => $$$$"""{"id":"m1","type":"message","role":"assistant","model":"served","content":[{"type":"text","text":{{{{Json(Text)}}}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":5}}""",
        _ => $$$$"""{"output":{"message":{"role":"assistant","content":[{"text":{{{{Json(Text)}}}}}]}},"stopReason":"end_turn","usage":{"inputTokens":10,"outputTokens":5,"totalTokens":15}}""",
    }));

    public static Answer Streamed(Protocol protocol) => protocol switch
    {
        Protocol.Chat => Events(protocol,
        [
            """{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""",
            .. s_pieces.Select(piece => $$$$"""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{"content":{{{{Json(piece)}}}}},"finish_reason":null}]}"""),
            """{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""",
            """{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"served","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}""",
            "[DONE]",
        ]),
        Protocol.Responses => Events(protocol,
        [
            """{"type":"response.created","response":{"id":"r1","status":"in_progress","model":"served"}}""",
            .. s_pieces.Select(piece => $$$$"""{"type":"response.output_text.delta","delta":{{{{Json(piece)}}}}}"""),
            """{"type":"response.completed","response":{"id":"r1","status":"completed","model":"served","output":[],"usage":{"input_tokens":10,"output_tokens":5,"total_tokens":15}}}""",
        ]),
        Protocol.Anthropic => Events(protocol,
        [
            """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"served","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":1}}}""",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
            .. s_pieces.Select(piece => $$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{{Json(piece)}}}}}}"""),
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":5}}""",
            """{"type":"message_stop"}""",
        ]),
        _ => Events(protocol,
        [
            """messageStart {"role":"assistant"}""",
            .. s_pieces.Select(piece => $$$$"""contentBlockDelta {"contentBlockIndex":0,"delta":{"text":{{{{Json(piece)}}}}}}"""),
            """contentBlockStop {"contentBlockIndex":0}""",
            """messageStop {"stopReason":"end_turn"}""",
            """metadata {"usage":{"inputTokens":10,"outputTokens":5,"totalTokens":15}}""",
        ]),
    };

    /// <summary>A stream of these events; those of Bedrock begin with their name.</summary>
    public static Answer Events(Protocol protocol, params string[] events) => protocol == Protocol.Bedrock
        ? new Answer(protocol, true, [.. events.SelectMany(e => EventFrames.Of(e[..e.IndexOf(' ', StringComparison.Ordinal)], e[(e.IndexOf(' ', StringComparison.Ordinal) + 1)..]))]) { Type = "application/vnd.amazon.eventstream" }
        : new Answer(protocol, true, Encoding.UTF8.GetBytes(string.Concat(events.Select(e => Event(protocol, e))))) { Type = Wire.EventStream };

    private static string Event(Protocol protocol, string data) =>
        (protocol == Protocol.Anthropic && data.StartsWith("{\"type\"", StringComparison.Ordinal) ? $"event: {JsonNode.Parse(data)!["type"]}\n" : "") + $"data: {data}\n\n";

    // As servers write it: letters as they are.
    private static string Json(string text) => $"\"{text}\"";
}
