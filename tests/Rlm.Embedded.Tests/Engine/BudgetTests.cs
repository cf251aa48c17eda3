using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class BudgetTests
{
    private static readonly CellResult Variables = new() { Variables = [new ReplVariable("rows", "list")] };

    [TestCase(0)]
    [TestCase(49)]
    public async Task CompleteAsync_RootTokensBelowTheMinimum_CallsNothingAndSaysSo(long limit)
    {
        var root = new ScriptedChatClient();
        var repl = new FakeRepl();

        var result = await RunAsync(root, repl, o => o.MaxRootTokens = limit);

        root.Calls.ShouldBeEmpty();
        result.StopReason.ShouldBe(StopReason.RootTokens);
        result.LimitNote.ShouldBe($"The limit of {limit} root tokens is used up (0 used; a call needs at least 50). Raise RlmOptions.MaxRootTokens to allow more.");
        result.Text.ShouldBe("");
        result.Usage.Calls.ShouldBe(0);
    }

    [Test]
    public async Task CompleteAsync_RootTokensNearTheirEnd_SpendsTheLastCallOnAnAnswer()
    {
        var root = Costing(300, 100, Block("x"), Block("y"), "FINAL(dark)");

        var result = await RunAsync(root, new FakeRepl(), o => o.MaxRootTokens = 1_000);

        result.Text.ShouldBe("dark");
        result.StopReason.ShouldBe(StopReason.RootTokens);
        result.Turns.ShouldBe(3);
        result.Usage.Tokens.Total.ShouldBe(1_200);
        root.Calls[2].LastText.ShouldContain("last reply: the limit of 1,000 root tokens is nearly used up (800 used, 400 by the last call)");
    }

    [Test]
    public async Task CompleteAsync_NoRoomForALastCall_GivesTheDraftAndTheVariables()
    {
        var root = Costing(900, 60, Block("x"));
        var repl = new FakeRepl { Variables = { ["answer"] = """{"content": "a draft", "ready": false}""" } }.Then(Variables);

        var result = await RunAsync(root, repl, o => o.MaxRootTokens = 1_000);

        result.Text.ShouldBe("a draft");
        result.StopReason.ShouldBe(StopReason.RootTokens);
        result.Variables.ShouldBe([new ReplVariable("rows", "list")]);
        root.Calls.Count.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_NoRoomAndNoDraft_GivesTheLastText()
    {
        var result = await RunAsync(Costing(900, 60, "It seems to be dark."), new FakeRepl(), o => o.MaxRootTokens = 1_000);

        result.Text.ShouldBe("It seems to be dark.");
        result.StopReason.ShouldBe(StopReason.RootTokens);
    }

    [Test]
    public async Task CompleteAsync_DraftAndRoomForALastCall_TakesTheDraft()
    {
        var root = Costing(300, 100, Block("x"), Block("y"));
        var repl = new FakeRepl { Variables = { ["answer"] = """{"content": "a draft", "ready": false}""" } };

        var result = await RunAsync(root, repl, o => o.MaxRootTokens = 1_000);

        result.Text.ShouldBe("a draft");
        root.Calls.Count.ShouldBe(2);
    }

    [Test]
    public async Task CompleteAsync_LastCallOfABudgetFails_ThrowsWithWhatWasKnown()
    {
        var root = Costing(300, 100, Block("x"), Block("y")).ThenFail(new InvalidOperationException("down"));

        var failed = await Should.ThrowAsync<RlmModelException>(() => RunAsync(root, new FakeRepl(), o => o.MaxRootTokens = 1_000));

        failed.Partial!.Turns.ShouldBe(3);
    }

    [Test]
    public async Task CallBatchAsync_SubTokens_ServesWhatFitsAndRefusesTheRest()
    {
        var sub = new ScriptedChatClient().Otherwise(_ => WithUsage("r", 60, 40));

        var (answers, result) = await BatchAsync(Costing(1, 1, Block("x")), 50, o =>
        {
            o.SubModel = sub;
            o.MaxSubTokens = 1_000;
        });

        answers.Count(a => a == "r").ShouldBe(10);
        answers.Count(a => a.StartsWith("Error: no call was made: the limit of 1,000 sub-call tokens is used up (1,000 used", StringComparison.Ordinal)).ShouldBe(40);
        sub.Calls.Count.ShouldBe(10);
        result.Usage.SubCalls.ShouldBe(10);
        result.Usage.RefusedSubCalls.ShouldBe(40);
    }

    [Test]
    public async Task CallBatchAsync_RootAndSubShareAClient_TheSubLimitHolds()
    {
        var both = new ScriptedChatClient().Then(WithUsage(Block("x"), 5_000, 0)).Otherwise(_ => WithUsage("r", 60, 40));

        var (answers, result) = await BatchAsync(both, 20, o => o.MaxSubTokens = 500);

        answers.Count(a => a == "r").ShouldBe(5);
        result.Usage.Tokens.Total.ShouldBe(5_500);
    }

    [Test]
    public async Task CallBatchAsync_RoomForOneCallInFlight_OthersWaitAndThenGo()
    {
        var running = 0;
        var most = 0;
        using var sub = new Delegating(async token =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "r")) { Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 10 } };
        });

        var (answers, _) = await BatchAsync(Costing(1, 1, Block("x")), 10, o =>
        {
            o.SubModel = sub;
            o.MaxSubTokens = 400;
        });

        answers.ShouldAllBe(a => a == "r");
        most.ShouldBe(1);
    }

    [Test]
    public async Task CallBatchAsync_MorePromptsThanSubCallsAreLeft_IsRefusedBeforeAnyCall()
    {
        var sub = new ScriptedChatClient().Otherwise(c => "r" + c.LastText);
        IReadOnlyList<string> second = [];
        IReadOnlyList<string> third = [];
        var repl = new FakeRepl()
            .Then(async (r, _, token) =>
            {
                (await r.SubCalls.CallBatchAsync(Prompts(7), token)).ShouldAllBe(answer => answer.StartsWith('r'));
                second = await r.SubCalls.CallBatchAsync(Prompts(11), token);
                return new CellResult();
            })
            .Then(async (r, _, token) =>
            {
                third = await r.SubCalls.CallBatchAsync(Prompts(3), token);
                return new CellResult { FinalAnswer = "done" };
            });
        var root = new ScriptedChatClient(Block("x"), Block("y"));

        var result = await RunAsync(root, repl, o => (o.SubModel, o.MaxSubCalls) = (sub, 10));

        second.ShouldBe(Enumerable.Repeat("Error: no call was made: the batch has 11 prompts, and only 3 of 10 sub-calls are left. Send at most 3 prompts: put several texts into one, or leave some out.", 11));
        root.Calls[1].LastText.ShouldContain("Sub-calls were refused: the batch has 11 prompts, and only 3 of 10 sub-calls are left. Send at most 3 prompts");
        third.ShouldBe(["r0", "r1", "r2"]);
        sub.Calls.Count.ShouldBe(10);
        (result.Usage.SubCalls, result.Usage.RefusedSubCalls, result.StopReason).ShouldBe((10, 11, StopReason.FinalAnswer));
        result.Trajectory[0].Cells[0].SubCalls.Count.ShouldBe(18);
    }

    [Test]
    public async Task CallBatchAsync_NoSubCallIsLeft_SaysSo()
    {
        var (answers, result) = await BatchAsync(new ScriptedChatClient(Block("x")), 2, o => (o.SubModel, o.MaxSubCalls) = (new ScriptedChatClient(), 0));

        answers.ShouldAllBe(a => a == "Error: no call was made: the limit of 0 sub-calls is used up. Make no more sub-calls; answer from what you have.");
        result.Usage.RefusedSubCalls.ShouldBe(2);
    }

    [TestCase(SubCallKind.Llm)]
    [TestCase(SubCallKind.Rlm)]
    public async Task CallBatchAsync_OfEitherKind_IsRefusedWhole(SubCallKind kind)
    {
        IReadOnlyList<string> answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers = await r.SubCalls.CallBatchAsync([.. Prompts(3).Select(call => call with { Kind = kind })], token);
            return new CellResult { FinalAnswer = "done" };
        });

        var result = await RunAsync(new ScriptedChatClient(Block("x")), repl, o => (o.MaxDepth, o.SubModel, o.MaxSubCalls) = (2, new ScriptedChatClient(), 2));

        answers.Count.ShouldBe(3);
        answers.ShouldAllBe(a => a.StartsWith("Error: no call was made: the batch has 3 prompts, and only 2 of 2 sub-calls are left.", StringComparison.Ordinal));
        result.Usage.Calls.ShouldBe(1);
    }

    [Test]
    public async Task CallAsync_PromptLargerThanTheTokensLeft_IsRefusedBeforeItIsSent()
    {
        var sub = Costing(50_000, 0, "r");
        var answers = new List<string>();
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers.Add(await r.SubCalls.CallAsync(Llm(new string('x', 1_098_812)), token));
            answers.Add(await r.SubCalls.CallAsync(Llm("small"), token));
            answers.Add(await r.SubCalls.CallAsync(Llm(new string('x', 700_000)), token));
            return new CellResult { Stdout = "asked" };
        }).Answers("done");
        var root = new ScriptedChatClient(Block("x"), Block("y"));

        var result = await RunAsync(root, repl, o => (o.SubModel, o.MaxSubTokens) = (sub, 200_000));

        answers.ShouldBe([
            "Error: no call was made: the prompt has about 274,707 tokens, and 200,000 of 200,000 sub-call tokens are left, replies included. Send a shorter prompt, of at most about 600,000 characters.",
            "r",
            "Error: no call was made: the prompt has about 175,004 tokens, and 150,000 of 200,000 sub-call tokens are left, replies included. Send a shorter prompt, of at most about 450,000 characters."]);
        result.Usage.Tokens.Total.ShouldBeLessThan(60_000);
        (result.Usage.SubCalls, result.Usage.RefusedSubCalls, result.StopReason).ShouldBe((1, 2, StopReason.FinalAnswer));
        root.Calls[1].LastText.ShouldContain("Sub-calls were refused: the prompt has about");
    }

    [Test]
    public async Task CallBatchAsync_PromptsLargerThanTheTokensLeftTogether_AreRefusedBeforeAnyIsSent()
    {
        var sub = new ScriptedChatClient().Otherwise(_ => "r");
        IReadOnlyList<string> answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers = await r.SubCalls.CallBatchAsync([.. Enumerable.Range(0, 5).Select(_ => Llm(new string('x', 1_000)))], token);
            return new CellResult { FinalAnswer = "done" };
        });

        await RunAsync(new ScriptedChatClient(Block("x")), repl, o => (o.SubModel, o.MaxSubTokens) = (sub, 1_000));

        answers.ShouldBe(Enumerable.Repeat(
            "Error: no call was made: the batch of 5 prompts has about 1,270 tokens, and 1,000 of 1,000 sub-call tokens are left, replies included. Send fewer or shorter prompts, of at most about 3,000 characters together.", 5));
        sub.Calls.ShouldBeEmpty();
    }

    /// <summary>The first batch has a claim to what its prompts take, though only one of them has been sent: the second finds less, and none of it is sent.</summary>
    [Test]
    public async Task CallBatchAsync_TwoBatchesAtOnce_CannotBothTakeTheSameTokens()
    {
        var go = new TaskCompletionSource();
        var sent = 0;
        using var sub = new Delegating(async _ =>
        {
            Interlocked.Increment(ref sent);
            await go.Task;
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, "r")) { Usage = new UsageDetails { InputTokenCount = 104, OutputTokenCount = 1 } };
        });
        IReadOnlyList<string>[] answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            var prompts = Enumerable.Range(0, 6).Select(_ => Llm(new string('x', 400))).ToArray(); // 104 tokens each
            var first = r.SubCalls.CallBatchAsync(prompts, token).AsTask();
            var second = await r.SubCalls.CallBatchAsync(prompts, token);
            sent.ShouldBe(1);
            go.SetResult();
            answers = [await first, second, await r.SubCalls.CallBatchAsync(prompts[..3], token)];
            return new CellResult { FinalAnswer = "done" };
        });

        var result = await RunAsync(new ScriptedChatClient(Block("x")), repl, o => (o.SubModel, o.MaxSubTokens, o.SubCallConcurrency) = (sub, 1_000, 1));

        answers[0].ShouldAllBe(answer => answer == "r");
        answers[1].ShouldAllBe(answer => answer.Contains("the batch of 6 prompts has about 624 tokens, and 376 of 1,000 sub-call tokens are left", StringComparison.Ordinal));
        answers[2].ShouldAllBe(answer => answer == "r");
        (sent, result.Usage.RefusedSubCalls).ShouldBe((9, 6));
    }

    [Test]
    public async Task CallAsync_TypedCallIsRefusedWhenAskedAgain_CountsAsMade()
    {
        var answer = "";
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answer = await r.SubCalls.CallAsync(Llm("a number") with { Schema = JsonElement.Parse("""{"type": "integer"}""") }, token);
            return new CellResult { FinalAnswer = "x" };
        });

        var usage = (await RunAsync(Costing(1, 1, Block("x")), repl, o =>
        {
            o.SubModel = Costing(90, 10, "not a number");
            o.MaxSubTokens = 100;
        })).Usage;

        answer.ShouldStartWith("Error: no call was made: the limit of 100 sub-call tokens");
        usage.SubCalls.ShouldBe(1);
        usage.RefusedSubCalls.ShouldBe(0);
    }

    [Test]
    public async Task CompleteAsync_CodeGoesOnAskingBeyondTheLimit_IsToldOnceAndThenEnded()
    {
        var root = new ScriptedChatClient(Block("a"), Block("b"), "FINAL(dark)");
        var repl = new FakeRepl().Then(AskAsync).Then(AskAsync);

        var result = await RunAsync(root, repl, o =>
        {
            o.SubModel = new ScriptedChatClient();
            o.MaxSubCalls = 0;
        });

        root.Calls[1].LastText.ShouldContain("the limit of 0 sub-calls is used up. Make no more sub-calls");
        root.Calls[1].LastText.ShouldContain("\nMake no more sub-calls, the run would end; answer from what you have.");
        result.StopReason.ShouldBe(StopReason.SubCalls);
        result.Text.ShouldBe("dark");
        result.Turns.ShouldBe(3);
        result.Usage.SubCalls.ShouldBe(0);
    }

    [Test]
    public async Task CallAsync_Children_ShareTheBudgetOfTheTree()
    {
        var repls = new Queue<FakeRepl>(
        [
            new FakeRepl().Then(async (r, _, token) => new CellResult
            {
                FinalAnswer = string.Join('|', await r.SubCalls.CallBatchAsync([Rlm("a"), Rlm("b"), Rlm("c")], token)),
            }),
            .. Enumerable.Range(0, 3).Select(i => new FakeRepl().Answers("child" + i)),
        ]);
        var sub = new ScriptedChatClient().Otherwise(_ => WithUsage(Block("x"), 500, 100));

        var result = await RunAsync(Costing(10, 1, Block("x")), new FakeRepl(), o =>
        {
            o.MaxDepth = 2;
            o.ChildConcurrency = 1;
            o.SubModel = sub;
            o.MaxSubTokens = 1_000;
            o.OpenRepl = (session, token) => repls.Dequeue().OpenAsync(session, token);
        });

        var said = result.Text.Split('|');
        said[..2].ShouldBe(["child0", "child1"]);
        said[2].ShouldStartWith("Error: no call was made: the limit of 1,000 sub-call tokens is used up (1,200 used");
        result.Usage.Tokens.Total.ShouldBe(1_211);
        repls.Count.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_ConsecutiveErrors_EndTheRun()
    {
        var root = new ScriptedChatClient(Block("a"), Block("b"), Block("c"), Block("d"), "FINAL(dark)");
        var repl = new FakeRepl().Fails().Prints("fine").Fails().Fails();

        var result = await RunAsync(root, repl, o => o.MaxConsecutiveErrors = 2);

        result.StopReason.ShouldBe(StopReason.CellErrors);
        result.Text.ShouldBe("dark");
        result.Turns.ShouldBe(5);
        result.LimitNote.ShouldBe("The limit of 2 failed cells in a row is reached. Raise RlmOptions.MaxConsecutiveErrors to allow more.");
    }

    [Test]
    public async Task CompleteAsync_TurnsRunOut_NamesTheLimit() =>
        (await RunAsync(new ScriptedChatClient(Block("a"), "FINAL(x)"), new FakeRepl(), o => o.MaxTurns = 1)).LimitNote
            .ShouldBe("The limit of 1 turn is used up. Raise RlmOptions.MaxTurns to allow more.");

    [Test]
    public async Task CompleteAsync_ThrowOnLimit_ThrowsWithTheResult()
    {
        var root = Costing(900, 60, "It seems to be dark.");

        var thrown = await Should.ThrowAsync<RlmLimitException>(() => RunAsync(root, new FakeRepl(), o =>
        {
            o.MaxRootTokens = 1_000;
            o.ThrowOnLimit = true;
        }));

        thrown.Result!.Text.ShouldBe("It seems to be dark.");
        thrown.Result.StopReason.ShouldBe(StopReason.RootTokens);
        thrown.Message.ShouldContain("1,000 root tokens");
    }

    [Test]
    public async Task StreamAsync_ThrowOnLimit_GivesTheResultAndThenThrows()
    {
        var options = Options(new FakeRepl());
        (options.MaxRootTokens, options.ThrowOnLimit) = (10, true);
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(), options);
        var events = new List<RlmEvent>();

        await Should.ThrowAsync<RlmLimitException>(async () =>
        {
            await foreach (var happened in rlm.StreamAsync(Book, "?"))
            {
                events.Add(happened);
            }
        });

        events[^1].ShouldBeOfType<RlmEvent.RunEnded>().Result.StopReason.ShouldBe(StopReason.RootTokens);
    }

    [Test]
    public async Task CompleteAsync_LimitsThatAreSet_AreShownToTheModel()
    {
        var root = Costing(100, 20, Block("a"), Block("b"));
        var repl = new FakeRepl().Then(AskAsync).Answers("x");

        await RunAsync(root, repl, o =>
        {
            o.SubModel = Costing(30, 3, "r");
            o.MaxRootTokens = 5_000;
            o.MaxSubTokens = 400;
            o.MaxSubCalls = 7;
            o.MaxTime = TimeSpan.FromSeconds(90);
            o.TimeProvider = new ManualClock();
            o.MaxCost = 2m;
            o.Prices["scripted"] = new ModelPrice(1_000m, 0m, 10_000m);
        });

        root.Calls[0].LastText.ShouldEndWith(" Left: 5,000 of 5,000 tokens for your own turns; 400 of 400 tokens for sub-calls; 7 of 7 sub-calls; $2.00 of $2.00; 90 of 90 s.");
        root.Calls[1].LastText.ShouldEndWith("Turn 2/30. Left: 4,880 of 5,000 tokens for your own turns; 367 of 400 tokens for sub-calls; 6 of 7 sub-calls; $1.64 of $2.00; 90 of 90 s.");
    }

    [Test]
    public async Task CompleteAsync_DefaultLimitsMoreThanHalfGone_AreShownToTheModel()
    {
        var root = new ScriptedChatClient()
            .Then(WithUsage(Block("a"), 300_000, 0)).Then(WithUsage(Block("b"), 300_000, 0)).Then(WithUsage(Block("c"), 1, 0));

        await RunAsync(root, new FakeRepl().Prints("1").Prints("2").Answers("x"));

        root.Calls[1].LastText.ShouldNotContain("Left:");
        root.Calls[2].LastText.ShouldEndWith("Left: 400,000 of 1,000,000 tokens for your own turns.");
    }

    [Test]
    public void Constructor_LimitOutOfRange_Throws()
    {
        Message(new RlmOptions { MaxRootTokens = -1 }).ShouldContain("MaxRootTokens is -1");
        Message(new RlmOptions { MaxSubTokens = -1 }).ShouldContain("MaxSubTokens is -1");
        Message(new RlmOptions { MaxCost = -0.5m }).ShouldContain("MaxCost is -0.5");
        Message(new RlmOptions { MaxSubCalls = -1 }).ShouldContain("MaxSubCalls is -1");
        Message(new RlmOptions { MaxTime = TimeSpan.Zero }).ShouldContain("MaxTime is 00:00:00");
        Message(new RlmOptions { MaxTime = TimeSpan.FromDays(100) }).ShouldContain("at most 40 days");
        Message(new RlmOptions { MaxConsecutiveErrors = 0 }).ShouldContain("MaxConsecutiveErrors is 0");

        static string Message(RlmOptions options) =>
            Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(new ScriptedChatClient(), options)).Message;
    }

    private static SubCall[] Prompts(int count) => [.. Enumerable.Range(0, count).Select(i => Llm(i.ToString()))];

    private static SubCall Rlm(string prompt) => new(SubCallKind.Rlm, prompt, null);

    private static async ValueTask<CellResult> AskAsync(FakeRepl repl, string code, CancellationToken token) =>
        new() { Stdout = await repl.SubCalls.CallAsync(Llm("hi"), token) };

    private static ScriptedChatClient Costing(int input, int output, params string[] replies) =>
        replies.Aggregate(new ScriptedChatClient(), (client, reply) => client.Then(WithUsage(reply, input, output)));

    private static async Task<(IReadOnlyList<string> Answers, RlmResult Result)> BatchAsync(IChatClient root, int count, Action<RlmOptions> configure)
    {
        IReadOnlyList<string> answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers = await r.SubCalls.CallBatchAsync([.. Enumerable.Range(0, count).Select(i => Llm(i.ToString()))], token);
            return new CellResult { FinalAnswer = "done" };
        });
        var result = await RunAsync(root, repl, configure);
        return (answers, result);
    }

    private sealed class Delegating(Func<CancellationToken, Task<ChatResponse>> respond) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => respond(cancellationToken);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
