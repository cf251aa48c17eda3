using static Rlm.Embedded.Models.ModelCallFailure;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What servers that resemble Anthropic's put into an answer.</summary>
internal static class AnthropicShapes
{
    private const string Start = """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"served","content":[],"usage":{"input_tokens":10,"output_tokens":1}}}""";
    private const string Block = """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""";
    private const string BlockEnd = """{"type":"content_block_stop","index":0}""";
    private const string End = """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}""";
    private const string Stop = """{"type":"message_stop"}""";

    public static IEnumerable<Shape> All() =>
    [
        .. Both("content as text", "\"x\"", Expect.Says("x")),
        .. Both("content as strings", """["x","y"]""", Expect.Says("xy")),
        .. Both("content empty", "[]", Expect.Says("")),
        .. Both("a lone surrogate", "[{\"type\":\"text\",\"text\":\"a\\ud83d b\"}]", Expect.Says("a\uFFFD b")),
        .. Both("thinking without a signature", """[{"type":"thinking","thinking":"hm"},{"type":"text","text":"x"}]""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("tool call only", """[{"type":"tool_use","id":"t1","name":"weather","input":{"city":"Rome"}}]""", new Expect { Calls = """weather{"city":"Rome"}""", Finish = "tool_calls" }, "tool_use"),
        .. Both("stop_reason max_tokens", """[{"type":"text","text":"x"}]""", Expect.Says("x") with { Finish = "length" }, "max_tokens"),
        .. Both("stop_reason refusal", """[{"type":"text","text":"x"}]""", Expect.Says("x") with { Finish = "content_filter" }, "refusal"),
        .. Both("stop_reason as chat completions spell it", """[{"type":"text","text":"x"}]""", Expect.Says("x") with { Finish = "length" }, "length"),
        .. Both("stop_reason that nobody knows", """[{"type":"text","text":"x"}]""", Expect.Says("x"), "martian"),
        Whole("stop_reason null", """{"content":[{"type":"text","text":"x"}],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":5}}""", Expect.Says("x") with { Used = (10, 5) }),
        Whole("nothing but content", """{"content":[{"type":"text","text":"x"}]}""", Expect.Says("x")),
        Whole("usage null", """{"id":"m","type":"message","role":"assistant","model":"m","content":[{"text":"x"}],"stop_reason":"end_turn","usage":null}""", Expect.Says("x")),
        Whole("usage as strings and null", """{"content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":"10","output_tokens":5,"cache_read_input_tokens":null}}""", Expect.Says("x") with { Used = (10, 5) }),
        Stream("surrogate halves split over events", Expect.Says("a\U0001F600b"), Start, Block, Text("a\\ud83d"), Text("\\ude00b"), BlockEnd, End, Stop),
        Stream("a high surrogate that stays alone", Expect.Says("a\uFFFD"), Start, Block, Text("a\\ud83d"), BlockEnd, End, Stop),
        Stream("usage whole in the last event", Expect.Says("x") with { Used = (10, 5) }, Start, Block, Text("x"), BlockEnd, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":10,"output_tokens":5}}""", Stop),
        Stream("usage so far in several events", Expect.Says("x") with { Used = (10, 5) }, Start, Block, Text("x"), """{"type":"message_delta","delta":{"stop_reason":null},"usage":{"input_tokens":10,"output_tokens":3}}""", BlockEnd, End, Stop),
        Stream("usage missing in the last event", Expect.Says("x") with { Used = (10, 1) }, Start, Block, Text("x"), BlockEnd, """{"type":"message_delta","delta":{"stop_reason":"end_turn"}}""", Stop),
        Stream("usage null in both", Expect.Says("x"), """{"type":"message_start","message":{"usage":null}}""", Block, Text("x"), BlockEnd, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":null}""", Stop),
        Stream("message_start missing", Expect.Says("x"), Block, Text("x"), BlockEnd, End, Stop),
        Stream("content_block_start missing", Expect.Says("x"), Start, Text("x"), End, Stop),
        Stream("stop_reason never told", Expect.Says("x"), Start, Block, Text("x"), BlockEnd, Stop),
        Stream("no message_stop", Expect.Says("x"), Start, Block, Text("x"), BlockEnd, End),
        Stream("neither stop_reason nor message_stop", Expect.Fails(BrokenAnswer, "ended before"), Start, Block, Text("x"), BlockEnd),
        Stream("deltas that say nothing", Expect.Says("x"), Start, Block, """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":null}}""", """{"type":"content_block_delta","index":0}""", Text("x"), BlockEnd, End, Stop),
        Stream("overloaded in the middle", Expect.Fails(ServerError, "Overloaded"), Start, Block, Text("x"), """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""),
        new("events without their names", GoodAnswer.Streamed(Protocol.Anthropic).With(text => string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("event:", StringComparison.Ordinal)))), Expect.Good),
        new("types in the names alone", GoodAnswer.Streamed(Protocol.Anthropic).With(text => System.Text.RegularExpressions.Regex.Replace(text, "\"type\":\"(message|content)_[a-z_]+\",?", "")), Expect.Good),
    ];

    private static string Text(string escaped) => $$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{{escaped}}}}"}}""";

    private static Shape Whole(string name, string body, Expect expect) => new(name, GoodAnswer.Whole(Protocol.Anthropic).With(_ => body), expect);

    private static Shape Stream(string name, Expect expect, params string[] events) => new(name, GoodAnswer.Events(Protocol.Anthropic, events), expect);

    private static IEnumerable<Shape> Both(string name, string content, Expect expect, string stop = "end_turn")
    {
        Shape whole = Whole(name, $$$$"""{"id":"m1","type":"message","role":"assistant","model":"served","content":{{{{content}}}},"stop_reason":"{{{{stop}}}}","usage":{"input_tokens":10,"output_tokens":5}}""", expect);
        return [whole, whole with { Answer = whole.Answer with { Streaming = true } }];
    }
}
