using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class CompactionTests
{
    private const int Window = 1_000;

    [Test]
    public async Task CompleteAsync_MessagesFillTheWindow_GoesOnFromASummary()
    {
        var root = ScriptedChatClient.Named("root")
            .Then(WithUsage(Block("one"), 100, 10))
            .Then(WithUsage(Block("two"), 840, 10))
            .Then(WithUsage("Found 42 in x.", 900, 30))
            .Then(WithUsage(Block("three"), 200, 10));
        var repl = new FakeRepl().Prints("first output\n").Prints("second output\n").Answers("42");

        var result = await RunAsync(root, repl, o => o.ContextWindow = Window);

        result.Text.ShouldBe("42");
        var summarising = root.Calls[2].Messages;
        summarising.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
        summarising[5].Text.ShouldStartWith("REPL output:\nsecond output\n");
        summarising[5].Text.ShouldContain("Write a summary");
        var after = root.Calls[3].Messages;
        after.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
        after[1].Text.ShouldBe(summarising[1].Text);
        after[2].Text.ShouldBe("Found 42 in x.");
        after[3].Text.ShouldContain("`history`");
        after[3].Text.ShouldEndWith("REPL output:\nsecond output\n\nTurn 3/30.");
    }

    [TestCase(0.5, 2)]
    [TestCase(0.85, 3)]
    [TestCase(1.0, 0)]
    [TestCase(null, 0)]
    public async Task CompleteAsync_Threshold_DecidesWhichTurnIsCompacted(double? threshold, int turn)
    {
        var root = ScriptedChatClient.Named("root").Otherwise(call => call.LastText.Contains("Write a summary", StringComparison.Ordinal) ? WithUsage("The summary.", 100, 10)
            : WithUsage(Block("more"), call.Messages.Count switch { 2 => 600, 4 => 870, _ => 900 }, 10));
        var repl = new FakeRepl().Prints("first\n").Prints("second\n").Answers("42");

        var result = await RunAsync(root, repl, o =>
        {
            o.ContextWindow = Window;
            o.CompactionThreshold = threshold;
        });

        (result.Trajectory.FirstOrDefault(taken => taken.Compaction is not null)?.Number ?? 0).ShouldBe(turn);
    }

    [Test]
    public async Task CompleteAsync_Compacted_CountsTheCallAndSaysSoInTheTrajectory()
    {
        var root = Filling();
        var repl = new FakeRepl().Prints("first\n").Answers("42");

        var result = await RunAsync(root, repl, o => o.ContextWindow = Window);

        result.Usage.Calls.ShouldBe(3);
        result.Usage.Tokens.ShouldBe(new TokenUsage(840 + 900 + 200, 10 + 30 + 10));
        result.Turns.ShouldBe(2);
        result.Trajectory[0].Compaction.ShouldBeNull();
        var compaction = result.Trajectory[1].Compaction.ShouldNotBeNull();
        compaction.ShouldSatisfyAllConditions(
            c => c.Summary.ShouldBe("The summary."),
            c => c.HistoryName.ShouldBe("history"),
            c => c.Messages.ShouldBe(3),
            c => c.TokensBefore.ShouldBeInRange(850, 900),
            c => c.Tokens.ShouldBe(new TokenUsage(900, 30)));
        result.Trajectory[1].Messages.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
    }

    [Test]
    public async Task StreamAsync_Compacted_TellsTheListener()
    {
        var options = Options(new FakeRepl().Prints("first\n").Answers("42"));
        options.ContextWindow = Window;
        await using var rlm = new RecursiveLanguageModel(Filling(), options);
        var seen = new List<RlmEvent>();

        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            seen.Add(happened);
        }

        var told = seen.OfType<RlmEvent.Compacted>().ShouldHaveSingleItem();
        told.Turn.ShouldBe(2);
        seen.IndexOf(told).ShouldBeLessThan(seen.FindIndex(happened => happened is RlmEvent.TurnStarted { Turn: 2 }));
        seen.OfType<RlmEvent.TextDelta>().ShouldAllBe(delta => !delta.Text.Contains("summary", StringComparison.Ordinal));
    }

    [Test]
    public async Task CompleteAsync_CompactedTwice_HistoryHoldsEverythingOnce()
    {
        var root = new ScriptedChatClient()
            .Then(WithUsage(Block("one"), 8_500, 10)).Then("Summary A.")
            .Then(WithUsage(Block("two"), 9_000, 10)).Then("Summary B.")
            .Then(WithUsage(Block("three"), 100, 10));
        var repl = new FakeRepl().Prints("first\n").Prints("second\n").Answers("42");

        (await RunAsync(root, repl, o => o.ContextWindow = 10_000)).Turns.ShouldBe(3);

        var history = repl.Given["history"].ShouldBeOfType<RlmContext.Conversation>().Messages;
        history.Select(message => message.Role).ShouldBe(["user", "assistant", "user", "assistant", "user"]);
        history[1].Content.ShouldBe(Block("one"));
        history[2].Content.ShouldContain("first");
        history[3].Content.ShouldBe(Block("two"));
        history[4].Content.ShouldContain("second");
    }

    [Test]
    public async Task CompleteAsync_NoUsageReported_EstimatesFromTheTexts()
    {
        var root = new ScriptedChatClient(Block("one"), "The summary.", Block("two"));
        var repl = new FakeRepl().Prints(new string('x', 12_000)).Answers("42");

        var result = await RunAsync(root, repl, o => o.ContextWindow = 4_000);

        result.Trajectory[1].Compaction.ShouldNotBeNull().TokensBefore.ShouldBeGreaterThan(3_400);
        root.Calls[2].LastText.Length.ShouldBeLessThan(5_000);
        root.Calls[2].LastText.ShouldEndWith("Turn 2/30.");
    }

    [Test]
    public async Task CompleteAsync_QuestionAloneFillsTheWindow_DoesNotSummariseEveryTurn()
    {
        var root = new ScriptedChatClient(Block("one"), "The summary.", Block("two"), Block("three"), Block("four"));
        var repl = new FakeRepl().Prints("1\n").Prints("2\n").Prints("3\n").Answers("42");

        var result = await RunAsync(root, repl, o => o.ContextWindow = 1_000);

        result.Turns.ShouldBe(4);
        result.Trajectory.Count(turn => turn.Compaction is not null).ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_NoWindow_NeverCompacts()
    {
        var root = ScriptedChatClient.Named("root").Then(WithUsage(Block("one"), 10_000_000, 10)).Then(Block("two"));

        (await RunAsync(root, new FakeRepl().Prints("1\n").Answers("42"))).Trajectory.ShouldAllBe(turn => turn.Compaction == null);
    }

    private static IEnumerable<TestCaseData> Ends()
    {
        const string Missing = "(There is no summary: it was refused. Everything so far is in `history`.)";
        yield return new(new ScriptedReply { Text = "Found 42 in", FinishReason = ChatFinishReason.Length }, "Found 42 in\n[The summary was cut off here. Everything so far is in `history`.]");
        yield return new(new ScriptedReply { Text = "Found", FinishReason = ChatFinishReason.ContentFilter }, "Found\n[The summary was cut off here. Everything so far is in `history`.]");
        yield return new(new ScriptedReply { FinishReason = ChatFinishReason.ContentFilter }, Missing);
        yield return new(new ScriptedReply { Contents = [new ErrorContent("I cannot.") { ErrorCode = "Refusal" }] }, Missing);
        yield return new(new ScriptedReply { Text = "No.", FinishReason = new ChatFinishReason("refusal") }, Missing);
        yield return new(new ScriptedReply { Text = "<think>hm", FinishReason = ChatFinishReason.Length }, "(There is no summary: the reply was empty. Everything so far is in `history`.)");
        yield return new(new ScriptedReply { Text = "" }, "(There is no summary: the reply was empty. Everything so far is in `history`.)");
    }

    [TestCaseSource(nameof(Ends))]
    public async Task CompleteAsync_SummaryIsNotWhole_SaysWhereTheRestIs(ScriptedReply summary, string expected)
    {
        var root = ScriptedChatClient.Named("root").Then(WithUsage(Block("one"), 840, 10)).Then(summary).Then(WithUsage(Block("two"), 200, 10));

        var result = await RunAsync(root, new FakeRepl().Prints("first\n").Answers("42"), o => o.ContextWindow = Window);

        result.Text.ShouldBe("42");
        root.Calls[2].Messages[2].Text.ShouldBe(expected);
        result.Trajectory[1].Compaction!.Summary.ShouldBe(expected);
    }

    [Test]
    public async Task CompleteAsync_SummaryFails_EndsTheRunWithWhatIsKnown()
    {
        var root = new ScriptedChatClient().Then(WithUsage(Block("one"), 840, 10)).ThenFail(new InvalidOperationException("down"));

        var failed = await Should.ThrowAsync<RlmModelException>(() => RunAsync(root, new FakeRepl().Prints("1\n"), o => o.ContextWindow = Window));

        failed.Message.ShouldContain("summarise");
        failed.Partial!.Usage.ShouldSatisfyAllConditions(usage => usage.Calls.ShouldBe(2), usage => usage.FailedCalls.ShouldBe(1));
        failed.Partial.Trajectory.Count.ShouldBe(1);
    }

    [Test]
    [Category("Interpreter")]
    public async Task CompleteAsync_RealRepl_HistoryCanBeLookedUp()
    {
        var root = new ScriptedChatClient()
            .Then(WithUsage(Block("print('code ' + str(6 * 7))"), 840, 10)).Then("I printed a code.")
            .Then(Block("import re\nFINAL([m['role'] for m in history] + re.findall('code [0-9]+', history[-1]['content']))"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { ContextWindow = Window });

        (await rlm.CompleteAsync(Book, "?")).Text.ShouldBe("[\"user\", \"assistant\", \"user\", \"code 42\"]");
    }

    [Test]
    [Category("Interpreter")]
    public async Task CompleteAsync_ModelsOwnHistory_IsNotTakenFromIt()
    {
        var root = new ScriptedChatClient()
            .Then(WithUsage(Block("history = 'mine'"), 840, 10)).Then("Summary.")
            .Then(Block("FINAL([history, len(conversation_history)])"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { ContextWindow = Window });

        var result = await rlm.CompleteAsync(Book, "?");

        result.Text.ShouldBe("[\"mine\", 3]");
        root.Calls[2].LastText.ShouldContain("`conversation_history`");
    }

    [Test]
    [Category("Interpreter")]
    public async Task CompleteAsync_CompactedInASession_HistoryOfTheQuestionIsWhole()
    {
        var root = new ScriptedChatClient(Block("FINAL(1)"))
            .Then(WithUsage(Block("print('here')"), 840, 10)).Then("Summary.")
            .Then(Block("FINAL([len(history_1), history is history_0])"))
            .Then(Block("FINAL([m['content'] for m in history_1][-2:])"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { ContextWindow = Window });
        await using var session = await rlm.OpenSessionAsync();

        await session.CompleteAsync(Book, "One?");
        (await session.CompleteAsync("Two?")).Text.ShouldBe("[3, true]");

        (await session.CompleteAsync("Three?")).Text.ShouldContain("history is history_0])\\n```\", \"[3, true]\"]");
    }

    private static ScriptedChatClient Filling() => ScriptedChatClient.Named("root")
        .Then(WithUsage(Block("one"), 840, 10))
        .Then(WithUsage("The summary.", 900, 30))
        .Then(WithUsage(Block("two"), 200, 10));
}
