using static Rlm.Embedded.Models.ModelCallFailure;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What Converse puts into an answer.</summary>
internal static class BedrockShapes
{
    public static IEnumerable<Shape> All() =>
    [
        Stream("surrogate halves split over events", Expect.Says("a\U0001F600b"), Text("a\\ud83d"), Text("\\ude00b"), """messageStop {"stopReason":"end_turn"}"""),
        Stream("a high surrogate that stays alone", Expect.Says("a\uFFFD"), Text("a\\ud83d"), """messageStop {"stopReason":"end_turn"}"""),
        Stream("max_tokens", Expect.Says("x") with { Finish = "length" }, Text("x"), """messageStop {"stopReason":"max_tokens"}"""),
        Stream("guardrail_intervened", Expect.Says("x") with { Finish = "content_filter" }, Text("x"), """messageStop {"stopReason":"guardrail_intervened"}"""),
        Stream("usage so far in two events", Expect.Says("x") with { Used = (10, 5) }, Text("x"), """metadata {"usage":{"inputTokens":10,"outputTokens":2}}""", """messageStop {"stopReason":"end_turn"}""", """metadata {"usage":{"inputTokens":10,"outputTokens":5}}"""),
        Stream("events that nobody knows", Expect.Says("x"), """newThing {"a":1}""", Text("x"), """messageStop {"stopReason":"end_turn"}"""),
        Stream("no messageStop", Expect.Fails(BrokenAnswer, "ended before"), Text("x")),
        Stream("throttled in the middle", Expect.Fails(RateLimited, "too fast"), Text("x"), """!throttlingException {"message":"too fast"}"""),
        Stream("an event that is not JSON", Expect.Fails(BadAnswer, "not JSON"), "contentBlockDelta nonsense"),
        Whole("a lone surrogate", "{\"output\":{\"message\":{\"content\":[{\"text\":\"a\\ud83d b\"}]}},\"stopReason\":\"end_turn\"}", Expect.Says("a\uFFFD b")),
        Whole("stopReason MAX_TOKENS", """{"output":{"message":{"content":[{"text":"x"}]}},"stopReason":"MAX_TOKENS"}""", Expect.Says("x") with { Finish = "length" }),
        Whole("usage null", """{"output":{"message":{"content":[{"text":"x"}]}},"stopReason":"end_turn","usage":null}""", Expect.Says("x")),
        Whole("an error with HTTP 200", """{"message":"boom"}""", Expect.Fails(ServerError, "boom")),
        Whole("a web page", "<html>Sign in</html>", Expect.Fails(BadAnswer, "<html>Sign in")),
    ];

    private static string Text(string escaped) => $$$$"""contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"{{{{escaped}}}}"}}""";

    private static Shape Whole(string name, string body, Expect expect) => new(name, GoodAnswer.Whole(Protocol.Bedrock).With(_ => body), expect);

    private static Shape Stream(string name, Expect expect, params string[] events) => new(name, GoodAnswer.Events(Protocol.Bedrock, events), expect);
}
