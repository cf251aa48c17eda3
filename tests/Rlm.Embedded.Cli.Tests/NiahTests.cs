using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class NiahTests
{
    private const string Offline = "offline (scripted stand-in, not a language model)";

    [Test]
    public async Task Niah_Json_IsOneObjectWithTheListedKeys()
    {
        Outcome outcome = await ToolProcess.RunAsync("niah", "--lines", "20000", "--json");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.Count(c => c == '\n').ShouldBe(1);
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        Keys(report).ShouldBe(["found", "needle", "answer", "model", "context_chars", "turns", "cells", "sub_calls", "elapsed_ms", "split_ms"]);
        Keys(report.GetProperty("split_ms")).ShouldBe(["generate", "context_load", "cells", "model", "harness"]);
        report.GetProperty("found").GetBoolean().ShouldBeTrue();
        report.GetProperty("answer").GetString()!.ShouldContain(report.GetProperty("needle").GetString()!);
        report.GetProperty("model").GetString().ShouldBe(Offline);
        report.GetProperty("context_chars").GetInt32().ShouldBeInRange(760_000, 780_000);
        Parts(report.GetProperty("split_ms")).Sum().ShouldBe(report.GetProperty("elapsed_ms").GetDouble(), tolerance: 0.01);
    }

    [Test]
    public async Task Niah_Repeat_AddsTheWarmSplit()
    {
        Outcome outcome = await ToolProcess.RunAsync("niah", "--lines", "2000", "--json", "--repeat", "3");

        JsonElement warm = JsonDocument.Parse(outcome.Out).RootElement.GetProperty("warm_split_ms");
        Keys(warm).ShouldBe(["generate", "context_load", "cells", "model", "harness"]);
        warm.GetProperty("generate").GetDouble().ShouldBe(0);
    }

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(-3)]
    [TestCase(987654321)]
    public async Task Niah_AnySeed_IsFound(int seed)
    {
        Outcome outcome = await ToolProcess.RunAsync("niah", "--lines", "20000", "--seed", seed.ToString());

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldContain(Offline);
        outcome.Out.ShouldContain("harness");
    }

    [Test]
    public async Task Niah_SameSeed_SameNeedle()
    {
        string[] needles = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
            JsonDocument.Parse((await ToolProcess.RunAsync("niah", "--lines", "1000", "--seed", "5", "--json")).Out).RootElement.GetProperty("needle").GetString()!));

        needles[0].ShouldBe(needles[1]);
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(49_999)]
    [TestCase(50_001)]
    public async Task Niah_OddSizes_AreFound(int lines)
    {
        Outcome outcome = await ToolProcess.RunAsync("niah", "--lines", lines.ToString(), "--json");

        outcome.Code.ShouldBe(0, outcome.ToString());
    }

    [Test]
    public async Task Niah_ModelThatDoesNotFindIt_Exits3()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nprint(len(context))\n```", "FINAL(no idea)");

        Outcome outcome = await ToolProcess.RunAsync("niah", "--lines", "100", "--json", "--model", "m", "--base-url", server.Url);

        outcome.Code.ShouldBe(3, outcome.ToString());
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        report.GetProperty("found").GetBoolean().ShouldBeFalse();
        report.GetProperty("answer").GetString().ShouldBe("no idea");
        report.GetProperty("model").GetString().ShouldBe("m");
    }

    [TestCase("--lines", "0")]
    [TestCase("--lines", "many")]
    [TestCase("--lines", "99999999999")]
    [TestCase("--repeat", "-1")]
    [TestCase("--bogus", "1")]
    [TestCase("--base-url", "http://127.0.0.1:1/v1")]
    public async Task Niah_BadFlag_Exits2AndNamesIt(string flag, string value)
    {
        Outcome outcome = await ToolProcess.RunAsync("niah", flag, value);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain(flag);
    }

    private static IEnumerable<string> Keys(JsonElement report) => report.EnumerateObject().Select(property => property.Name);

    private static IEnumerable<double> Parts(JsonElement split) => split.EnumerateObject().Select(property => property.Value.GetDouble());
}
