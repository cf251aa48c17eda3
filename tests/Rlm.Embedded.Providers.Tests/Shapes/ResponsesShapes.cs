using static Rlm.Embedded.Models.ModelCallFailure;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What servers of the Responses API put into an answer.</summary>
internal static class ResponsesShapes
{
    private static readonly Expect s_called = new() { Calls = """weather{"city":"Rome"}""", Finish = "tool_calls" };

    public static IEnumerable<Shape> All() =>
    [
        .. Both("refusal only", """[{"type":"message","content":[{"type":"refusal","refusal":"I won't."}]}]""", Expect.Says("") with { Refusal = "I won't." }),
        .. Both("tool call only", """[{"type":"function_call","call_id":"t1","name":"weather","arguments":"{\"city\":\"Rome\"}"}]""", s_called),
        .. Both("tool call with arguments as an object", """[{"type":"function_call","call_id":"t1","name":"weather","arguments":{"city":"Rome"}}]""", s_called),
        .. Both("content as text", """[{"type":"message","content":"x"}]""", Expect.Says("x")),
        .. Both("content as strings", """[{"type":"message","content":["x","y"]}]""", Expect.Says("xy")),
        .. Both("a lone surrogate", "[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"a\\ud83d b\"}]}]", Expect.Says("a\uFFFD b")),
        .. Both("output empty", "[]", Expect.Says("")),
        .. Both("items that nobody knows", """[{"type":"new_thing","x":1},{"type":"message","content":[{"type":"output_text","text":"x"}]}]""", Expect.Says("x")),
        .. Both("incomplete: max_output_tokens", """[{"type":"message","content":[{"text":"x"}]}]""", Expect.Says("x") with { Finish = "length" }, status: "incomplete", more: ""","incomplete_details":{"reason":"max_output_tokens"}"""),
        .. Both("incomplete: content_filter", """[{"type":"message","content":[{"text":"x"}]}]""", Expect.Says("x") with { Finish = "content_filter" }, status: "incomplete", more: ""","incomplete_details":{"reason":"content_filter"}"""),
        .. Both("usage under the names of chat completions", """[{"type":"message","content":[{"text":"x"}]}]""", Expect.Says("x") with { Used = (10, 5) }, more: ""","usage":{"prompt_tokens":"10","completion_tokens":5}"""),
        .. Both("usage null", """[{"type":"message","content":[{"text":"x"}]}]""", Expect.Says("x") with { Used = (null, null) }, more: ""","usage":null"""),
        .. Both("failed", "[]", Expect.Fails(ServerError, "boom"), status: "failed", more: ""","error":{"code":"server_error","message":"boom"}"""),
        Stream("surrogate halves split over events", Expect.Says("a\U0001F600b"), Text("a\\ud83d"), Text("\\ude00b"), Completed),
        Stream("a high surrogate that stays alone at the end", Expect.Says("a\uFFFD"), Text("a\\ud83d"), Completed),
        Stream("text streamed and repeated at the end", Expect.Says("ab"), Text("a"), Text("b"), """{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"ab"}]}}""", Completed.Replace("[]", """[{"type":"message","content":[{"type":"output_text","text":"ab"}]}]""", StringComparison.Ordinal)),
        Stream("text in the done item alone", Expect.Says("ab"), """{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"ab"}]}}""", Completed),
        Stream("delta null", Expect.Says("a"), """{"type":"response.output_text.delta","delta":null}""", Text("a"), Completed),
        Stream("reasoning in pieces", Expect.Says("x") with { Reasoning = "hm" }, """{"type":"response.reasoning_text.delta","item_id":"r","delta":"h"}""", """{"type":"response.reasoning_summary_text.delta","item_id":"r","delta":"m"}""", Text("x"), Completed),
        Stream("keepalive events", Expect.Says("x"), """{"type":"keepalive"}""", Text("x"), """{"type":"keepalive","sequence_number":4}""", Completed),
        Stream("no completed event", Expect.Fails(BrokenAnswer, "ended before"), Text("x")),
        Stream("failed in the middle", Expect.Fails(RateLimited, "slow down"), Text("x"), """{"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}}"""),
    ];

    private static string Completed => """{"type":"response.completed","response":{"id":"r1","status":"completed","output":[],"usage":{"input_tokens":10,"output_tokens":5}}}""";

    private static string Text(string escaped) => $$$$"""{"type":"response.output_text.delta","delta":"{{{{escaped}}}}"}""";

    private static Shape Stream(string name, Expect expect, params string[] events) => new(name, GoodAnswer.Events(Protocol.Responses, events), expect);

    private static IEnumerable<Shape> Both(string name, string output, Expect expect, string status = "completed", string more = "")
    {
        string body = $$$$"""{"id":"r1","object":"response","status":"{{{{status}}}}","model":"served","output":{{{{output}}}}{{{{more}}}}}""";
        yield return new Shape(name, GoodAnswer.Whole(Protocol.Responses).With(_ => body), expect);
        yield return Stream(name, expect, """{"type":"response.created","response":{"id":"r1","status":"in_progress"}}""", $$$$"""{"type":"response.{{{{status}}}}","response":{{{{body}}}}}""");
    }
}
