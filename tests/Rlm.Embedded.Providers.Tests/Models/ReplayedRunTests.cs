using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Whole runs, engine and interpreter included: recorded, replayed, and searched for a key.</summary>
[TestFixture]
[Category("Interpreter")]
public sealed class ReplayedRunTests
{
    private static readonly JsonSerializerOptions s_json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = true };

    private string _folder = "";

    private string Cassette => Path.Combine(_folder, "run.jsonl");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("rlm-replayed-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Replay_RunWithBatchesAndChildren_HasTheSameTrajectory([Values] bool recordStreaming, [Values] bool replayStreaming)
    {
        var random = new Random(7);
        using var root = new ScriptedChatClient(
            """
            ```python
            print(len(context))
            parts = llm_query_batched([f"part {i}: {context[i * 10:i * 10 + 10]}" for i in range(40)])
            same = llm_query_batched(["again"] * 8)
            print(parts, same)
            ```
            """,
            "<think>hm</think>```python\nchild = rlm_query('a child question')\nprint(child)\n1 / 0\n```",
            """
            ```python
            print(llm_query("one that fails"))
            answer_text = parts[39] + same[7] + child
            FINAL_VAR("answer_text")
            ```
            """);
        int again = 0;
        using var sub = new FakeChatClient(async call =>
        {
            int delay;
            lock (random)
            {
                delay = random.Next(8);
            }

            await Task.Delay(delay);
            return call.Prompt switch
            {
                "one that fails" => throw new ModelCallException("slow down") { Failure = ModelCallFailure.RateLimited, StatusCode = 429 },
                "again" => Priced($"the same {Interlocked.Increment(ref again)}"),
                { } prompt when prompt.StartsWith("part ", StringComparison.Ordinal) => Priced($"read {prompt}"),
                _ => Priced("```python\nFINAL('child ' + context[:7])\n```"),
            };
        });
        RlmResult live;
        using (var recorder = new CassetteRecorder(Cassette))
        {
            live = await RunAsync(recorder.Record(root, "vendor/root"), recorder.Record(sub, "vendor/sub"), recordStreaming);
        }

        var player = new CassettePlayer(Cassette);
        RlmResult replayed = await RunAsync(player.Replay("vendor/root"), player.Replay("vendor/sub"), replayStreaming);

        player.Mismatch.ShouldBeNull();
        player.Remaining.ShouldBe(0);
        live.Text.ShouldContain("read part 39");
        live.Usage.SubCalls.ShouldBe(50);
        live.Usage.FailedCalls.ShouldBe(1);
        live.Usage.Models["vendor/sub"].Cost!.Value.ShouldBe(0.25m * (live.Usage.Models["vendor/sub"].Calls - 1));
        Untimed(replayed).ShouldBe(Untimed(live));
    }

    [Test]
    public async Task Run_ServerEchoesTheKey_ItIsInNothingWritten([Values("openai/m", "anthropic/m")] string model, [Values] bool streaming)
    {
        int calls = 0;
        string Root(string code) => model.StartsWith("openai", StringComparison.Ordinal)
            ? $$$"""{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":{{{JsonSerializer.Serialize(code)}}}}}]}"""
            : $$$"""{"id":"1","type":"message","role":"assistant","model":"m","stop_reason":"end_turn","content":[{"type":"text","text":{{{JsonSerializer.Serialize(code)}}}}],"usage":{"input_tokens":1,"output_tokens":1}}""";
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, request) => ++calls == 1 && !streaming
            ? LoopbackServer.AnswerAsync(context, Root("```python\nprint(llm_query('a'), llm_query_batched(['b', 'c']))\n```"))
            : LoopbackServer.AnswerAsync(context, $$$"""{"error":{"message":"bad key {{{Clients.Key}}}"}}""", calls % 2 == 0 ? 401 : 500));
        var log = new LogLines();
        var events = new List<string>();
        using var recorder = new CassetteRecorder(Cassette);
        using IChatClient client = new CallLogChatClient(recorder.Record(Clients.Of(server.BaseUrl, model: model), model), log);
        await using var rlm = new RecursiveLanguageModel(client, new RlmOptions { LoggerFactory = log });

        RlmModelException exception = await Should.ThrowAsync<RlmModelException>(async () =>
        {
            if (!streaming)
            {
                await rlm.CompleteAsync(RlmContext.FromText("text"), "question");
                return;
            }

            await foreach (RlmEvent happened in rlm.StreamAsync(RlmContext.FromText("text"), "question"))
            {
                events.Add(happened.ToString());
            }
        });

        calls.ShouldBe(streaming ? 1 : 5);
        string trajectory = Untimed(exception.Partial!);
        recorder.Dispose();
        string cassette = await File.ReadAllTextAsync(Cassette);
        cassette.ShouldContain("[key]");
        log.Lines.ShouldNotBeEmpty();
        (trajectory + cassette + string.Join('\n', log.Lines) + string.Join('\n', events) + exception).ShouldNotContain(Clients.Key);
    }

    private static ChatResponse Priced(string text)
    {
        ChatResponse response = FakeChatClient.Reply(text);
        response.AdditionalProperties = new() { ["cost"] = 0.25 };
        return response;
    }

    private static async Task<RlmResult> RunAsync(IChatClient root, IChatClient sub, bool streaming)
    {
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 2 });
        RlmContext context = RlmContext.FromText(string.Concat(Enumerable.Range(0, 400).Select(i => (char)('a' + (i % 26)))));
        if (!streaming)
        {
            return await rlm.CompleteAsync(context, "What is in it?");
        }

        RlmResult? result = null;
        await foreach (RlmEvent happened in rlm.StreamAsync(context, "What is in it?"))
        {
            result = happened is RlmEvent.RunEnded { Depth: 0 } ended ? ended.Result : result;
        }

        return result!;
    }

    /// <summary>The whole result as JSON, without what a clock decides.</summary>
    private static string Untimed(RlmResult result)
    {
        JsonNode json = JsonSerializer.SerializeToNode(result, s_json)!;
        Strip(json);
        return json.ToJsonString(s_json);
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            foreach (string timed in (string[])["times", "elapsed", "subCallTime", "modelTime", "startedAt", "createdAt", "runId"])
            {
                fields.Remove(timed);
            }

            foreach ((string _, JsonNode? inner) in fields)
            {
                Strip(inner);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (JsonNode? inner in items)
            {
                Strip(inner);
            }
        }
    }

    private sealed class LogLines : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception) + exception);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
