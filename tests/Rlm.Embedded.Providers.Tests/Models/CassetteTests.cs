using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class CassetteTests
{
    private string _folder = "";

    private string Cassette => Path.Combine(_folder, "run.jsonl");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("rlm-cassette-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Replay_RecordedCalls_AreAnsweredAsRecorded()
    {
        var conversation = new List<ChatMessage>
        {
            new(ChatRole.System, "é 漢 \U0001F600 \"quoted\" \u2028"),
            new(ChatRole.User, [new TextContent("look"), new DataContent(new byte[] { 1, 2 }, "image/png")]),
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("t", "f", new Dictionary<string, object?> { ["a"] = 1.5 })]),
            new(ChatRole.Tool, [new FunctionResultContent("t", new { sky = "blue" })]),
        };
        var options = new ChatOptions
        {
            Temperature = 0.7f,
            Tools = [AIFunctionFactory.Create((string city) => city, "f", "d")],
            AdditionalProperties = new() { ["extra"] = new[] { 1, 2 } },
        };
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(async call =>
            {
                await Task.Yield();
                ChatResponse reply = FakeChatClient.Reply("the answer \U0001F600");
                reply.AdditionalProperties = new() { ["cost"] = 0.25 };
                reply.Messages[0].Contents.Insert(0, new TextReasoningContent("thinking") { ProtectedData = "sealed" });
                reply.Messages[0].Contents.Add(new FunctionCallContent("t2", "g", new Dictionary<string, object?> { ["b"] = "x" }));
                return reply;
            }), "openai/m");
            await live.GetResponseAsync(conversation, options);
            await Clients.StreamedAsync(live, "streamed");
        }

        var player = new CassettePlayer(Cassette);
        using IChatClient replay = player.Replay("openai/m");
        ChatResponse response = await replay.GetResponseAsync(conversation, options);

        response.Text.ShouldBe("the answer \U0001F600");
        response.Usage!.TotalTokenCount.ShouldBe(5);
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.ModelId.ShouldBe("fake");
        response.AdditionalProperties!["cost"].ShouldBe(0.25);
        response.Messages.Single().Contents.OfType<TextReasoningContent>().Single().ProtectedData.ShouldBe("sealed");
        response.Messages.Single().Contents.OfType<FunctionCallContent>().Single().Arguments!["b"]!.ToString().ShouldBe("x");
        (await Clients.StreamedAsync(replay, "streamed")).Text.ShouldBe("the answer \U0001F600");
        player.Remaining.ShouldBe(0);
        player.Models.ShouldBe(["openai/m"]);
    }

    [Test]
    public async Task Replay_SameRequestManyTimes_GivesTheAnswersInOrderAndThenNoMore()
    {
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(call => $"{call.Number}"), "m");
            await live.GetResponseAsync("hi");
            await live.GetResponseAsync("hi");
        }

        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        (await replay.GetResponseAsync("hi")).Text.ShouldBe("1");
        (await replay.GetResponseAsync("hi")).Text.ShouldBe("2");
        (await Should.ThrowAsync<CassetteMismatchException>(() => replay.GetResponseAsync("hi"))).Message.ShouldContain("2 time(s)");
    }

    [Test]
    public async Task Record_LongConversation_WritesEachMessageOnce()
    {
        const int Turns = 20;
        string Long(int i) => $"{i} {new string('x', 10_000)}";
        async Task TalkAsync(IChatClient client)
        {
            List<ChatMessage> messages = [new(ChatRole.System, "be brief")];
            for (int i = 0; i < Turns; i++)
            {
                messages.Add(new ChatMessage(ChatRole.User, Long(i)));
                ChatResponse answer = await client.GetResponseAsync(messages);
                answer.Text.ShouldBe($"answer to {i}");
                messages.AddRange(answer.Messages);
                await client.GetResponseAsync($"a sub-call {i}");
            }
        }

        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(call => $"answer to {call.Prompt.Split(' ')[0]}"), "m");
            await TalkAsync(live);
        }

        new FileInfo(Cassette).Length.ShouldBeLessThan(Turns * 12_000);
        var player = new CassettePlayer(Cassette);
        using IChatClient replay = player.Replay("m");
        await TalkAsync(replay);
        player.Remaining.ShouldBe(0);
    }

    [Test]
    public async Task Replay_SameRequestsAtOnce_KeepTheOrderTheyBeganIn()
    {
        var first = new TaskCompletionSource<ChatResponse>();
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(
                new FakeChatClient(call => call.Number == 1 ? first.Task : Task.FromResult(FakeChatClient.Reply("second"))), "m");
            Task<ChatResponse> slow = live.GetResponseAsync("hi");
            await live.GetResponseAsync("hi");
            first.SetResult(FakeChatClient.Reply("first"));
            await slow;
        }

        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        (await replay.GetResponseAsync("hi")).Text.ShouldBe("first");
        (await replay.GetResponseAsync("hi")).Text.ShouldBe("second");
    }

    [Test]
    public async Task Replay_UnknownRequest_NamesTheNearestAndTheDifference()
    {
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(_ => "x"), "m");
            await live.GetResponseAsync("something else entirely");
            await live.GetResponseAsync("Find the number in part 1 of 9.");
        }

        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        string message = (await Should.ThrowAsync<CassetteMismatchException>(() => replay.GetResponseAsync("Find the number in part 2 of 9."))).Message;

        message.ShouldContain("nearest is line 2");
        message.ShouldContain("messages[0].content, character");
        message.ShouldContain("part 1 of 9");
        message.ShouldContain("part 2 of 9");
        string other = (await Should.ThrowAsync<CassetteMismatchException>(
            () => replay.GetResponseAsync("Find the number in part 1 of 9.", new ChatOptions { Temperature = 1 }))).Message;
        other.ShouldContain("options");
    }

    [Test]
    public async Task Replay_RecordedFailure_FailsTheSameWay()
    {
        var failure = new ModelCallException("slow down") { Failure = ModelCallFailure.RateLimited, StatusCode = 429, Model = "m", Endpoint = "h:1" };
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(FakeChatClient.Failing(failure), "m");
            await Should.ThrowAsync<ModelCallException>(() => live.GetResponseAsync("hi"));
        }

        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        ModelCallException replayed = await Should.ThrowAsync<ModelCallException>(() => replay.GetResponseAsync("hi"));
        (replayed.Message, replayed.Failure, replayed.StatusCode, replayed.Endpoint).ShouldBe(("slow down", ModelCallFailure.RateLimited, 429, "h:1"));
    }

    [Test]
    public async Task Record_ConcurrentCalls_AreAllThere()
    {
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(call => call.Prompt), "m");
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => live.GetResponseAsync($"{i}"))));
        }

        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        for (int i = 199; i >= 0; i--)
        {
            (await replay.GetResponseAsync($"{i}")).Text.ShouldBe($"{i}");
        }
    }

    [Test]
    public async Task Record_KeysInTextAndOptions_AreNotWritten()
    {
        const string key = "sk-proj-abcdefghijklmnopqrstuvwx";
        using (var recorder = new CassetteRecorder(Cassette))
        {
            using IChatClient live = recorder.Record(new FakeChatClient(_ => $"your key is {key}"), "m");
            await live.GetResponseAsync(
                $"my key is {key}",
                new ChatOptions { Instructions = $"Bearer {key}", AdditionalProperties = new() { ["api_key"] = "plain-secret", ["note"] = "kept" } });
        }

        string written = await File.ReadAllTextAsync(Cassette);
        written.ShouldNotContain(key);
        written.ShouldNotContain("plain-secret");
        written.ShouldContain("kept");
        using IChatClient replay = new CassettePlayer(Cassette).Replay("m");
        (await replay.GetResponseAsync(
            $"my key is {key}",
            new ChatOptions { Instructions = $"Bearer {key}", AdditionalProperties = new() { ["note"] = "kept" } })).Text.ShouldBe("your key is [key]");
    }

    [TestCase("not json")]
    [TestCase("{\"request\":1}")]
    [TestCase("null")]
    public void Load_NotACassette_SaysWhichLine(string line)
    {
        File.WriteAllText(Cassette, line + "\n");

        Should.Throw<RlmException>(() => new CassettePlayer(Cassette)).Message.ShouldContain("line 1 is not a recorded call");
    }

    [Test]
    public void Load_NoFile_SaysSo() =>
        Should.Throw<RlmException>(() => new CassettePlayer(Path.Combine(_folder, "absent.jsonl"))).Message.ShouldContain("absent.jsonl");
}
