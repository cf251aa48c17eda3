using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>What must hold of any tree of runs, in 1,000 random ones; each twentieth in the embedded Python.</summary>
[TestFixture]
internal sealed class TreeProperties
{
    private const int Trees = 1_000;
    private const int RealEvery = 20;

    [Test]
    public async Task Ledger_RandomTrees_EqualsTheBillAndNoLimitIsExceededByMoreThanOneReservation()
    {
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        var calls = 0;
        var refused = 0;
        var refusedBatches = 0;
        for (var seed = 1; seed <= Trees; seed++)
        {
            var tree = new RandomTree(seed, real: seed % RealEvery == 0);
            var (result, end) = await EndAsync(tree, streaming: seed % 3 == 0);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            calls += result.Usage.Calls;
            refused += result.Usage.RefusedSubCalls;
            refusedBatches += tree.RefusedBatches;
            tree.TornBatches.ShouldBe(0, $"seed {seed}");
            CheckLedger(tree, result.Usage, $"seed {seed}");
            CheckLimits(tree, result.Usage, $"seed {seed}");
            tree.Open.ShouldBe(0, $"seed {seed}");
            tree.InFlight.ShouldBe(0, $"seed {seed}");
        }

        TestContext.Out.WriteLine($"{calls} calls, {refused} refused; ends: {string.Join(", ", ends.Select(e => $"{e.Key} {e.Value}"))}");
        foreach (var reason in (StopReason[])[StopReason.FinalAnswer, StopReason.Turns, StopReason.RootTokens, StopReason.Cost, StopReason.SubCalls, StopReason.SubTokens, StopReason.CellErrors, StopReason.ModelFailed])
        {
            ends.ShouldContainKey(reason.ToString());
        }

        refused.ShouldBeGreaterThan(0);
        refusedBatches.ShouldBeGreaterThan(0);
    }

    private static async Task<(RlmResult Result, string End)> EndAsync(RandomTree tree, bool streaming)
    {
        await using var rlm = new RecursiveLanguageModel(tree.Root, tree.Options);
        try
        {
            var context = RlmContext.FromText("x");
            var result = streaming
                ? (await rlm.StreamAsync(context, "?").OfType<RlmEvent.RunEnded>().LastAsync()).Result
                : await rlm.CompleteAsync(context, "?");
            return (result, result.StopReason.ToString());
        }
        catch (RlmModelException failed)
        {
            return (failed.Partial!, failed.Partial!.StopReason.ToString());
        }
    }

    private static void CheckLedger(RandomTree tree, RlmUsage usage, string seed)
    {
        var bill = tree.Bill;
        usage.Calls.ShouldBe(bill.Calls, seed);
        usage.FailedCalls.ShouldBe(bill.Failures, seed);
        usage.UnreportedCalls.ShouldBe(bill.Failures + bill.Unreported, seed);
        Minus(usage.Tokens, usage.EstimatedTokens).ShouldBe(bill.Tokens, seed);
        usage.Models.Values.Aggregate(default(TokenUsage), (sum, model) => sum + model.Tokens).ShouldBe(usage.Tokens, seed);
        usage.Models.Values.Sum(model => model.Calls).ShouldBe(usage.Calls, seed);
        if (bill.Unreported == 0)
        {
            usage.EstimatedTokens.ShouldBe(default, seed);
            (usage.Cost ?? 0).ShouldBe(bill.Cost, seed);
        }
        else
        {
            usage.EstimatedTokens.Total.ShouldBeGreaterThan(0, seed);
        }
    }

    private static void CheckLimits(RandomTree tree, RlmUsage usage, string seed)
    {
        var bill = tree.Bill;
        if (tree.Options.MaxRootTokens is { } root)
        {
            bill.Root.ShouldBeLessThan(root + Math.Max(1, bill.MostRoot), seed);
        }

        if (tree.Options.MaxSubTokens is { } sub)
        {
            bill.Sub.ShouldBeLessThan(sub + Math.Max(1, bill.MostSub), seed);
        }

        if (tree.Options.MaxCost is { } cost)
        {
            bill.Cost.ShouldBeLessThanOrEqualTo(cost + bill.MostCost, seed);
        }

        if (tree.Options.MaxSubCalls is { } subCalls)
        {
            usage.SubCalls.ShouldBeLessThanOrEqualTo(subCalls, seed);
        }
    }

    private static TokenUsage Minus(TokenUsage all, TokenUsage part) =>
        new(all.Input - part.Input, all.Output - part.Output, all.CachedInput - part.CachedInput, all.Reasoning - part.Reasoning);
}
