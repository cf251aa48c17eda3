using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.KnownDefects;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>What other systems' loops get wrong. Each test is named after the defect, and shows that it is not here.</summary>
[TestFixture]
internal sealed class KnownDefectsOfLimitsTests
{
    private static readonly RlmContext Text = RlmContext.FromText("context");

    [TestCase("FINAL('ready')")]
    [TestCase("answer['content'] = 'ready'\nanswer['ready'] = True")]
    [TestCase("FINAL('ready')\nraise ValueError")]
    public async Task AReadyAnswerThrownAwayWhenALimitTripsOnTheSameTurn(string code)
    {
        var root = new ScriptedChatClient().Then(WithUsage(Block("llm_query('x')\nllm_query('y')\n" + code), 900, 200));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions
        {
            MaxTurns = 1,
            MaxRootTokens = 1_000,
            MaxSubTokens = 100,
            MaxSubCalls = 1,
            MaxConsecutiveErrors = 1,
            MaxCost = 0.01m,
            Prices = { ["scripted"] = new ModelPrice(1_000m, 1_000m, 1_000m) },
        });

        var result = await rlm.CompleteAsync(Text, "?");

        result.Text.ShouldBe("ready");
        result.StopReason.ShouldBe(StopReason.FinalAnswer);
    }

    [Test]
    public async Task AReadyAnswerThrownAwayWhenTheTimeIsUpOnTheSameTurn()
    {
        var clock = new ManualClock();
        var sub = new ScriptedChatClient().Otherwise(call =>
        {
            _ = Task.Run(() => clock.Advance(TimeSpan.FromMinutes(1)));
            return "r";
        });

        var result = await RunAsync(
            Text, o => (o.SubModel, o.MaxTime, o.TimeProvider) = (sub, TimeSpan.FromMinutes(1), clock), "FINAL('ready')\nllm_query('x')\nwhile True: pass");

        result.Text.ShouldBe("ready");
        result.StopReason.ShouldBe(StopReason.FinalAnswer);
    }

    [Test]
    public async Task UsageThatOmitsChildrenBatchSlotsCachedAndReasoningTokensOrFailedCalls()
    {
        var root = ScriptedChatClient.Named("root").Then(WithUsage(Block("llm_query_batched(['a', 'b', 'c'])\nFINAL(rlm_query('d'))"), 100, 10, 50, 5));
        var sub = ScriptedChatClient.Named("sub").Otherwise(call => call.Messages.Count > 1
            ? WithUsage(Block("llm_query('e')\nFINAL('child')"), 1_000, 100, 500, 50)
            : call.LastText == "b" ? new ScriptedReply { Failure = new InvalidOperationException("500") } : WithUsage("r", 10, 4, 2, 1));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { MaxDepth = 2, SubModel = sub });

        var result = await rlm.CompleteAsync(Text, "?");

        result.Text.ShouldBe("child");
        result.Usage.Calls.ShouldBe(6);
        result.Usage.FailedCalls.ShouldBe(1);
        result.Usage.SubCalls.ShouldBe(5);
        result.Usage.Tokens.ShouldBe(new TokenUsage(1_130, 122, 556, 58));
        result.Usage.Models["sub"].Tokens.ShouldBe(new TokenUsage(1_030, 112, 506, 53));
    }

    [Test]
    public async Task LimitsCheckedOnlyBetweenTurns()
    {
        var sub = new ScriptedChatClient().Otherwise(_ => WithUsage("r", 300, 100));
        const string Loop = "said = [llm_query('x') for _ in range(50)]\nFINAL((said.count('r'), sum(s.startswith('Error: ') for s in said)))";

        (await RunAsync(Text, o => (o.SubModel, o.MaxSubTokens) = (sub, 2_000), Loop)).Text.ShouldBe("(5, 45)");
        (await RunAsync(Text, o => (o.SubModel, o.MaxSubCalls) = (sub, 7), Loop)).Text.ShouldBe("(7, 43)");
        (await RunAsync(Text, o => o.MaxTime = TimeSpan.FromMilliseconds(200), "while True: pass")).StopReason.ShouldBe(StopReason.Time);
    }

    [Test]
    public async Task AFixedHalfSecondPerCompletionSpentWaitingForAPoll()
    {
        const int Completions = 40;
        var sub = new ScriptedChatClient().Otherwise(_ => "r");
        await using var rlm = new RecursiveLanguageModel(
            new ScriptedChatClient().Otherwise(_ => Block("llm_query('x')\nFINAL('done')")),
            new RlmOptions { SubModel = sub, TimeProvider = new ManualClock() });

        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Completions; i++)
        {
            (await rlm.CompleteAsync(Text, "?")).Text.ShouldBe("done");
        }

        // The engine's clock stood still: nothing waited for it. And the sum of such waits would be twenty seconds.
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(Completions * 0.5));
    }

    [Test]
    public async Task StreamingThatReChunksAFinishedText()
    {
        string[] pieces = ["FI", "NAL(d", "ar", "k)"];
        var root = new ScriptedChatClient().Then(new ScriptedReply { Text = string.Concat(pieces), Deltas = pieces });
        await using var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl()));

        var deltas = await rlm.StreamAsync(RlmContext.FromText(""), "?").OfType<RlmEvent.TextDelta>().Select(delta => delta.Text).ToListAsync();

        deltas.ShouldBe(pieces);
    }

    [Test]
    public async Task TokenLimitsNotAppliedToBatches()
    {
        var sub = new ScriptedChatClient().Otherwise(_ => WithUsage("r", 300, 100));

        var result = await RunAsync(Text, o => (o.SubModel, o.MaxSubTokens) = (sub, 2_000), "said = llm_query_batched(['x'] * 50)\nFINAL((len(said), said.count('r')))");

        result.Text.ShouldBe("(50, 5)");
        sub.Calls.Count.ShouldBe(5);
    }

    [Test]
    public async Task TokenLimitsNotAppliedWhenRootAndSubShareAClient()
    {
        var both = new ScriptedChatClient().Otherwise(call => call.Messages.Count > 1
            ? WithUsage(Block("said = llm_query_batched(['x'] * 50)\nFINAL(said.count('r'))"), 5_000, 0)
            : WithUsage("r", 300, 100));
        await using var rlm = new RecursiveLanguageModel(both, new RlmOptions { MaxSubTokens = 2_000 });

        (await rlm.CompleteAsync(Text, "?")).Text.ShouldBe("5");
    }
}
