using static Rlm.Embedded.Models.ModelCallFailure;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What servers of the chat completions API put into an answer.</summary>
internal static class ChatShapes
{
    private const string Stop = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    public static IEnumerable<Shape> All() =>
    [
        // The same message whole and as a delta.
        .. Both("content null", """{"content":null}""", Expect.Says("")),
        .. Both("content missing", """{"role":"assistant"}""", Expect.Says("")),
        .. Both("content as a list of strings", """{"content":["one ","two"]}""", Expect.Says("one two")),
        .. Both("content as a list of parts", """{"content":[{"type":"text","text":"one "},{"type":"output_text","text":"two"}]}""", Expect.Says("one two")),
        .. Both("content as one part", """{"content":{"type":"text","text":"one"}}""", Expect.Says("one")),
        .. Both("content with the text in an object", """{"content":[{"type":"text","text":{"value":"one"}}]}""", Expect.Says("one")),
        .. Both("content as parts and null", """{"content":[null,{"type":"text","text":"one"},{"type":"image"}]}""", Expect.Says("one")),
        .. Both("reasoning_content", """{"reasoning_content":"hm","content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning", """{"reasoning":"hm","content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning in two fields", """{"reasoning":"hm","reasoning_content":"hm","content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning_content empty beside reasoning", """{"reasoning":"hm","reasoning_content":"","content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning_details", """{"reasoning_details":[{"type":"reasoning.text","text":"h"},{"type":"reasoning.summary","summary":"m"}],"content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning as an object", """{"reasoning":{"content":"hm"},"content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("thinking", """{"thinking":"hm","content":"x"}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("thinking parts", """{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"x"}]}""", Expect.Says("x") with { Reasoning = "hm" }),
        .. Both("reasoning and no content", """{"reasoning_content":"hm","content":""}""", Expect.Says("") with { Reasoning = "hm" }),
        .. Both("refusal only", """{"content":null,"refusal":"I won't."}""", Expect.Says("") with { Refusal = "I won't." }),
        .. Both("refusal empty", """{"content":"x","refusal":""}""", Expect.Says("x")),
        .. Both("refusal as a part", """{"content":[{"type":"refusal","refusal":"I won't."}]}""", Expect.Says("") with { Refusal = "I won't." }),
        .. Both("tool call only", """{"content":null,"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]}""", Called, "tool_calls"),
        .. Both("tool call without index and id", """{"tool_calls":[{"function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]}""", Called, "tool_calls"),
        .. Both("tool call with arguments as an object", """{"tool_calls":[{"id":"t1","function":{"name":"weather","arguments":{"city":"Rome"}}}]}""", Called, "tool_calls"),
        .. Both("tool call that ends with stop", """{"tool_calls":[{"id":"t1","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]}""", Called with { Finish = "stop" }),
        .. Both("function call of old", """{"content":null,"function_call":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}""", Called, "function_call"),
        .. Both("tool_calls empty", """{"content":"x","tool_calls":[]}""", Expect.Says("x")),
        .. Both("tool_calls null", """{"content":"x","tool_calls":null,"function_call":null,"audio":null,"annotations":[]}""", Expect.Says("x")),
        .. Both("a pair of surrogates as escapes", "{\"content\":\"\\ud83d\\ude00\"}", Expect.Says("\U0001F600")),
        .. Both("a lone high surrogate", "{\"content\":\"a\\ud83db\"}", Expect.Says("a\uFFFDb")),
        .. Both("a lone high surrogate at the end", "{\"content\":\"a\\ud83d\"}", Expect.Says("a\uFFFD")),
        .. Both("a lone low surrogate", "{\"content\":\"\\ude00 \\u00e9\\n\\\"\\\\\"}", Expect.Says("\uFFFD \u00e9\n\"\\")),
        .. Both("a lone surrogate in the reasoning", "{\"content\":\"x\",\"reasoning\":\"h\\ude00m\"}", Expect.Says("x") with { Reasoning = "h\uFFFDm" }),
        .. Both("a NUL", "{\"content\":\"a\\u0000b\"}", Expect.Says("a\0b")),

        // Why it ended.
        .. Ends("length", "length"), .. Ends("max_tokens", "length"), .. Ends("MAX_TOKENS", "length"), .. Ends("model_length", "length"),
        .. Ends("content_filter", "content_filter"), .. Ends("SAFETY", "content_filter"), .. Ends("sensitive", "content_filter"),
        .. Ends("eos", "stop"), .. Ends("eos_token", "stop"), .. Ends("end_turn", "stop"), .. Ends("stop_sequence", "stop"), .. Ends("STOP", "stop"), .. Ends("COMPLETE", "stop"),
        .. Ends("tool_calls", "tool_calls"), .. Ends("tool_use", "tool_calls"), .. Ends("martian", "martian"),
        .. Both("finish_reason as an object", """{"content":"x"}""", Expect.Says("x") with { Finish = "length" }, reason: """{"type":"length","length":64}"""),
        .. Both("finish_reason null with [DONE]", """{"content":"x"}""", Expect.Says("x") with { Finish = null }, reason: "null"),
        .. Both("finish_reason empty with [DONE]", """{"content":"x"}""", Expect.Says("x") with { Finish = null }, reason: "\"\""),
        .. Both("finish_reason error", """{"content":""}""", Expect.Fails(BrokenAnswer, "finish reason: error"), reason: "\"error\""),
        .. Both("finish_reason abort", """{"content":"half"}""", Expect.Fails(BrokenAnswer, "finish reason: abort"), reason: "\"abort\""),

        // What was used.
        .. Uses("usage null", "null", null), .. Uses("usage {}", "{}", (null, null)),
        .. Uses("usage as strings", """{"prompt_tokens":"10","completion_tokens":"5"}""", (10, 5)),
        .. Uses("usage as floats", """{"prompt_tokens":10.0,"completion_tokens":5.0}""", (10, 5)),
        .. Uses("usage with one count", """{"completion_tokens":5}""", (null, 5)),
        .. Uses("usage under other names", """{"input_tokens":10,"output_tokens":5}""", (10, 5)),
        .. Uses("usage with details null", """{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":null,"completion_tokens_details":null}""", (10, 5)),
        .. Uses("usage that is text", "\"none\"", null),

        // Only whole.
        Whole("choices empty", """{"id":"c1","object":"chat.completion","choices":[]}""", Expect.Fails(BadAnswer, "not a chat completion")),
        Whole("choices null", """{"id":"c1","object":"chat.completion","choices":null}""", Expect.Fails(BadAnswer, "not a chat completion")),
        Whole("filtered, without a message", """{"choices":[{"index":0,"finish_reason":"content_filter"}]}""", Expect.Says("") with { Finish = "content_filter" }),
        Whole("plain text instead of a message", """{"object":"text_completion","choices":[{"index":0,"text":"x","finish_reason":"stop"}]}""", Expect.Says("x")),
        Whole("nothing but a message", """{"choices":[{"message":{"content":"x"}}]}""", Expect.Says("x") with { Finish = null }),
        Whole("an error in the choice", """{"choices":[{"error":{"message":"upstream died","code":502},"message":{"content":""},"finish_reason":"error"}]}""", Expect.Fails(ServerError, "upstream died")),
        Whole("numbers as strings everywhere", """{"created":"1700000000","choices":[{"index":"0","message":{"content":"x"},"finish_reason":"stop"}]}""", Expect.Says("x")),

        // Only streamed.
        Stream("surrogate halves split over chunks", Expect.Says("a\U0001F600b"), Delta("{\"content\":\"a\\ud83d\"}"), Delta("{\"content\":\"\\ude00b\"}"), Stop),
        Stream("surrogate halves with an empty chunk between", Expect.Says("\U0001F600"), Delta("{\"content\":\"\\ud83d\"}"), Delta("{\"content\":\"\"}"), Delta("{\"content\":\"\\ude00\"}"), Stop),
        Stream("surrogate halves split in the reasoning", Expect.Says("x") with { Reasoning = "\U0001F600" }, Delta("{\"reasoning\":\"\\ud83d\"}"), Delta("{\"reasoning\":\"\\ude00\"}"), Delta("{\"content\":\"x\"}"), Stop),
        Stream("surrogate halves split in a tool call", new Expect { Calls = "f{\"a\":\"\\uD83D\\uDE00\"}" }, Tool("{\"index\":0,\"id\":\"t\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"\\ud83d\"}}"), Tool("{\"index\":0,\"function\":{\"arguments\":\"\\ude00\\\"}\"}}"), Stop),
        Stream("a high surrogate that stays alone", Expect.Says("a\uFFFDb"), Delta("{\"content\":\"a\\ud83d\"}"), Delta("{\"content\":\"b\"}"), Stop),
        Stream("usage so far in every chunk", Expect.Says("abcd") with { Used = (60, 40) }, [.. "abcd".Select((c, i) => Delta($$$$"""{"content":"{{{{c}}}}"}""", Usage(60, (i + 1) * 10))), Stop]),
        Stream("usage so far in every chunk and again at the end", Expect.Says("ab") with { Used = (60, 40) }, Delta("""{"content":"a"}""", Usage(60, 20)), Delta("""{"content":"b"}""", Usage(60, 40)), Stop, Only(Usage(60, 40))),
        Stream("the same usage twice", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}"""), Stop, Only(Usage(60, 40)), Only(Usage(60, 40))),
        Stream("usage of zeros behind the right one", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}""", Usage(60, 40)), Stop, Only(Usage(0, 0))),
        Stream("input counted at the start, output at the end", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}""", Usage(60, 0)), Stop, Only(""","usage":{"completion_tokens":40}""")),
        Stream("usage null in every chunk but the last", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}""", ""","usage":null"""), Stop, Only(Usage(60, 40))),
        Stream("usage in the choice", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}"""), """{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":60,"completion_tokens":40}}]}"""),
        Stream("usage in x_groq", Expect.Says("a") with { Used = (60, 40) }, Delta("""{"content":"a"}"""), """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":60,"completion_tokens":40}}}"""),
        Stream("no finish_reason, usage at the end", Expect.Says("a") with { Finish = null, Used = (60, 40) }, isDone: false, Delta("""{"content":"a"}"""), Only(Usage(60, 40))),
        Stream("finish_reason, no [DONE]", Expect.Says("a"), isDone: false, Delta("""{"content":"a"}"""), Stop),
        Stream("no finish_reason, no [DONE]", Expect.Fails(BrokenAnswer, "ended before"), isDone: false, Delta("""{"content":"a"}""")),
        Stream("finish_reason stop in every chunk", Expect.Says("ab"), """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""", """{"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}"""),
        Stream("finish_reason empty in every chunk but the last", Expect.Says("a"), """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":""}]}""", Stop),
        Stream("the final chunk twice", Expect.Says("a"), Delta("""{"content":"a"}"""), Stop, Stop),
        Stream("a final chunk that repeats the whole message", Expect.Says("ab"), Delta("""{"content":"a"}"""), Delta("""{"content":"b"}"""), """{"choices":[{"index":0,"message":{"content":"ab"},"finish_reason":"stop"}]}"""),
        Stream("a message instead of a delta", Expect.Says("x"), """{"object":"chat.completion","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}]}"""),
        Stream("delta null", Expect.Says("a"), """{"choices":[{"index":0,"delta":null,"finish_reason":null}]}""", Delta("""{"content":"a"}"""), """{"choices":[{"index":0,"delta":null,"finish_reason":"stop"}]}"""),
        Stream("delta missing", Expect.Says("a"), """{"choices":[{"index":0}]}""", Delta("""{"content":"a"}"""), """{"choices":[{"finish_reason":"stop"}]}"""),
        Stream("role only", Expect.Says("a"), Delta("""{"role":"assistant"}"""), Delta("""{"role":"assistant","content":"a"}"""), Stop),
        Stream("choices empty in the first chunk", Expect.Says("a"), """{"id":"","object":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}""", Delta("""{"content":"a"}"""), Stop),
        Stream("chunks without choices between and a cost as text", Expect.Says("a"), """{"id":"","object":"chat.completion.chunk","choices":[]}""", Delta("""{"content":"a"}"""), Stop, """{"choices":[],"cost":"0"}"""),
        Stream("choices null", Expect.Says("a"), """{"object":"chat.completion.chunk","choices":null}""", Delta("""{"content":"a"}"""), Stop),
        Stream("several choices", Expect.Says("a"), """{"choices":[{"index":1,"delta":{"content":"z"}}]}""", """{"choices":[{"index":1,"delta":{"content":"z"}},{"index":0,"delta":{"content":"a"}}]}""", Stop),
        Stream("refusal in pieces", Expect.Says("") with { Refusal = "I won't." }, Delta("""{"refusal":"I "}"""), Delta("""{"refusal":"won't."}"""), Stop),
        Stream("tool call in pieces", Called with { Finish = "tool_calls" }, Tool("""{"index":0,"id":"t1","function":{"name":"weather","arguments":""}}"""), Tool("""{"index":0,"function":{"arguments":"{\"city\":"}}"""), Tool("""{"index":0,"function":{"arguments":"\"Rome\"}"}}"""), Stop.Replace("stop", "tool_calls", StringComparison.Ordinal)),
        Stream("tool call with its name in every piece", Called, Tool("""{"index":0,"id":"t1","function":{"name":"weather","arguments":"{\"city\":"}}"""), Tool("""{"index":0,"id":"t1","function":{"name":"weather","arguments":"\"Rome\"}"}}"""), Stop),
        Stream("function call of old in pieces", Called, Delta("""{"function_call":{"name":"weather","arguments":"{\"city\":"}}"""), Delta("""{"function_call":{"arguments":"\"Rome\"}"}}"""), Stop),
        Stream("plain text of old", Expect.Says("ab"), """{"object":"text_completion","choices":[{"index":0,"text":"a","finish_reason":null}]}""", """{"object":"text_completion","choices":[{"index":0,"text":"b","finish_reason":"stop"}]}"""),
        Stream("an error beside a choice", Expect.Fails(ServerError, "upstream died"), Delta("""{"content":"a"}"""), """{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"upstream died"}}"""),
        Stream("an error in the choice of a chunk", Expect.Fails(ServerError, "upstream died"), """{"choices":[{"index":0,"delta":{},"error":{"message":"upstream died"}}]}"""),
        Stream("text behind [DONE]", Expect.Says("a"), Delta("""{"content":"a"}"""), Stop, "[DONE]", Delta("""{"content":"z"}""")),
    ];

    private static Expect Called { get; } = new() { Calls = """weather{"city":"Rome"}""" };

    private static string Delta(string delta, string more = "") => $$$$"""{"choices":[{"index":0,"delta":{{{{delta}}}},"finish_reason":null}]{{{{more}}}}}""";

    private static string Tool(string piece) => Delta($$$$"""{"tool_calls":[{{{{piece}}}}]}""");

    private static string Only(string usage) => $$$$"""{"object":"chat.completion.chunk","choices":[]{{{{usage}}}}}""";

    private static string Usage(int input, int output) => $$$$""","usage":{"prompt_tokens":{{{{input}}}},"completion_tokens":{{{{output}}}},"total_tokens":{{{{input + output}}}}}""";

    private static Shape Whole(string name, string body, Expect expect) => new(name, GoodAnswer.Whole(Protocol.Chat).With(_ => body), expect);

    private static Shape Stream(string name, Expect expect, params string[] events) => Stream(name, expect, isDone: true, events);

    private static Shape Stream(string name, Expect expect, bool isDone, params string[] events) =>
        new(name, GoodAnswer.Events(Protocol.Chat, isDone ? [.. events, "[DONE]"] : events), expect);

    private static IEnumerable<Shape> Both(string name, string message, Expect expect, string finish = "stop", string? reason = null, string more = "") =>
    [
        Whole(name, Wire.Completion(message, reason ?? $"\"{finish}\"", more), finish == "stop" ? expect : expect with { Finish = FinishOf(finish) }),
        Stream(name, finish == "stop" ? expect : expect with { Finish = FinishOf(finish) }, $$$$"""{"choices":[{"index":0,"delta":{{{{message}}}},"finish_reason":{{{{reason ?? $"\"{finish}\""}}}}}]{{{{more}}}}}"""),
    ];

    private static string FinishOf(string wire) => wire == "function_call" ? "tool_calls" : wire;

    private static IEnumerable<Shape> Ends(string wire, string finish) =>
        Both($"finish_reason {wire}", """{"content":"x"}""", Expect.Says("x") with { Finish = finish }, reason: $"\"{wire}\"");

    private static IEnumerable<Shape> Uses(string name, string usage, (long? In, long? Out)? used) =>
        Both(name, """{"content":"x"}""", Expect.Says("x") with { Used = used ?? (null, null) }, more: $",\"usage\":{usage}");
}
