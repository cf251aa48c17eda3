using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class CostTests
{
    private static readonly ModelPrice Dollars = new(1_000_000m, 500_000m, 2_000_000m); // a dollar a token, two for output

    [Test]
    public async Task Cost_ProviderReportsNone_IsTheListPrice()
    {
        var root = ScriptedChatClient.Named("gpt-5-mini").Then(WithUsage(Block("x"), 1_000_000, 100_000, 400_000));

        var usage = (await RunAsync(root, new FakeRepl().Answers("x"), o => o.MaxRootTokens = null)).Usage;

        usage.Cost.ShouldBe(0.15m + 0.01m + 0.20m);
        usage.UnpricedCalls.ShouldBe(0);
    }

    [Test]
    public async Task Cost_OwnPrice_WinsOverTheListPrice()
    {
        var root = ScriptedChatClient.Named("gpt-5-mini").Then(WithUsage(Block("x"), 10, 1, 4));

        var usage = (await RunAsync(root, new FakeRepl().Answers("x"), o => o.Prices["gpt-5-mini"] = Dollars)).Usage;

        usage.Cost.ShouldBe(6m + 2m + 2m);
    }

    [Test]
    public async Task Cost_ProviderReportsIt_WinsOverEveryPrice()
    {
        using var root = new Stating(0.5m);

        var usage = (await RunAsync(root, new FakeRepl().Answers("x"), o => o.Prices["root"] = Dollars)).Usage;

        usage.Cost.ShouldBe(0.5m);
    }

    [Test]
    public async Task Cost_NobodyKnowsThePrice_IsNullAndCounted()
    {
        var usage = (await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl().Answers("x"))).Usage;

        usage.Cost.ShouldBeNull();
        usage.UnpricedCalls.ShouldBe(1);
    }

    [Test]
    public void Constructor_CostLimitAndAModelWithoutPrice_SaysWhichAndWhatToDo()
    {
        var options = new RlmOptions { MaxCost = 1.5m, Models = { ["fast"] = ScriptedChatClient.Named("llama") }, Prices = { ["gpt-x"] = Dollars } };

        var message = Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(ScriptedChatClient.Named("gpt-x"), options)).Message;

        message.ShouldBe("RlmOptions.MaxCost is $1.50, but what the model 'llama' costs is not known. Say it in RlmOptions.Prices[\"fast\"], in US dollars for a million tokens (0 for a model of your own), or leave MaxCost out.");
    }

    [TestCase("fast")]
    [TestCase("llama")]
    public void Constructor_PriceByNameOrByModelId_Suffices(string key)
    {
        var options = new RlmOptions { MaxCost = 1.5m, Models = { ["fast"] = ScriptedChatClient.Named("llama") }, Prices = { ["gpt-x"] = Dollars, [key] = Dollars } };

        Should.NotThrow(() => new RecursiveLanguageModel(ScriptedChatClient.Named("gpt-x"), options));
    }

    [Test]
    public async Task MaxCost_UsedUp_EndsTheRunWithTheBestThereIs()
    {
        var root = new ScriptedChatClient().Then(WithUsage("It seems to be dark.", 8, 2));

        var result = await RunAsync(root, new FakeRepl(), o => Limit(o, 10m));

        result.StopReason.ShouldBe(StopReason.Cost);
        result.Text.ShouldBe("It seems to be dark.");
        result.Usage.Cost.ShouldBe(12m);
        result.LimitNote.ShouldBe("The limit of $10.00 is nearly used up ($12.00 spent, $12.00 on the last call). Raise RlmOptions.MaxCost to allow more.");
    }

    [Test]
    public async Task MaxCost_NearItsEnd_SpendsTheLastCallOnAnAnswer()
    {
        var root = new ScriptedChatClient().Then(WithUsage(Block("x"), 8, 2)).Then(WithUsage("FINAL(dark)", 8, 2));

        var result = await RunAsync(root, new FakeRepl(), o => Limit(o, 20m));

        result.Text.ShouldBe("dark");
        result.Usage.Cost.ShouldBe(24m);
    }

    [Test]
    public async Task MaxCost_Batch_RefusesWhatIsTooMuch()
    {
        IReadOnlyList<string> answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers = await r.SubCalls.CallBatchAsync([.. Enumerable.Range(0, 30).Select(i => Llm(i.ToString()))], token);
            return new CellResult { FinalAnswer = "done" };
        });
        var root = new ScriptedChatClient().Then(WithUsage(Block("x"), 0, 0)).Otherwise(_ => WithUsage("r", 1, 2));

        var result = await RunAsync(root, repl, o => Limit(o, 33m));

        answers.Count(a => a == "r").ShouldBe(7);
        answers.Count(a => a.Contains("the limit of $33.00 is used up ($35.00 spent)", StringComparison.Ordinal)).ShouldBe(23);
        result.Usage.Cost.ShouldBe(35m);
    }

    [Test]
    public async Task MaxCost_AnswersFromACache_AreFree()
    {
        using var cached = new CachingChatClient(new Stating(finish: true), new MemoryResponseCache());
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            await r.SubCalls.CallBatchAsync([Llm("a"), Llm("a"), Llm("a")], token);
            return new CellResult { FinalAnswer = "done" };
        });

        var result = await RunAsync(new ScriptedChatClient().Then(WithUsage(Block("x"), 0, 0)), repl, o =>
        {
            Limit(o, 1_000m);
            o.SubModel = cached;
            o.SubCallConcurrency = 1;
            o.Prices["sub"] = Dollars;
        });

        result.Usage.CachedCalls.ShouldBe(2);
        result.Usage.Cost.ShouldBe(30m);
        result.Usage.EstimatedTokens.ShouldBe(default);
    }

    private static void Limit(RlmOptions options, decimal dollars)
    {
        options.MaxCost = dollars;
        options.Prices["scripted"] = Dollars;
        options.RootChatOptions = new ChatOptions { MaxOutputTokens = 2 };
    }

    /// <summary>A model that uses 10 tokens in and 10 out, and may state what it costs.</summary>
    private sealed class Stating(decimal? cost = null, bool finish = false) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult(
            new ChatResponse(new ChatMessage(ChatRole.Assistant, Block("x")))
            {
                Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 10 },
                FinishReason = finish ? ChatFinishReason.Stop : null,
                AdditionalProperties = cost is null ? null : new AdditionalPropertiesDictionary { ["cost"] = cost },
            });

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
