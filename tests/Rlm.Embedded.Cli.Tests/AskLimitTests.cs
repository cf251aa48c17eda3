using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class AskLimitTests
{
    private const string Task = "What is the magic number?";
    private const string TwoCalls = "```python\nprint(llm_query('a'), llm_query('b'))\n```";

    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("The magic number is 42\n");

    [Test]
    public async Task Ask_SubCallsUsedUp_Exits5AndSaysSo()
    {
        using FakeModelServer server = FakeModelServer.Saying(TwoCalls, "one", TwoCalls, "FINAL(perhaps 42)");

        Outcome outcome = await AskAsync(server, "--max-sub-calls", "1", "--json");

        outcome.Code.ShouldBe(5, outcome.ToString());
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        report.Text("stop_reason").ShouldBe("sub_calls");
        report.Text("answer").ShouldBe("perhaps 42");
        report.Text("limit")!.ShouldContain("1 sub-call is used up");
        report.GetProperty("sub_calls").GetInt32().ShouldBe(1);
        report.GetProperty("refused_sub_calls").GetInt32().ShouldBe(3);
        outcome.Error.ShouldContain("what --max-sub-calls allows is used up; this is the best answer there is.");
    }

    [TestCase("--max-root-tokens", "49", "root_tokens")]
    [TestCase("--max-cost", "0", "cost")]
    public async Task Ask_NothingAllowed_CallsNothing(string flag, string value, string reason)
    {
        using FakeModelServer server = FakeModelServer.Saying("FINAL(42)");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "gpt-5-mini", "--base-url", server.Url, "--task", Task, flag, value, "--json"], s_text);

        outcome.Code.ShouldBe(5, outcome.ToString());
        JsonDocument.Parse(outcome.Out).RootElement.Text("stop_reason").ShouldBe(reason);
        server.Requests.ShouldBeEmpty();
    }

    [Test]
    public async Task Ask_SubTokensUsedUp_TellsTheCode()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(llm_query('a'))\n```");

        Outcome outcome = await AskAsync(server, "--max-sub-tokens", "10");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldStartWith("Error: no call was made: the limit of 10 sub-call tokens");
    }

    [Test]
    public async Task Ask_TimeUp_InterruptsTheCell()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nanswer['content'] = 'half'\nwhile True: pass\n```");

        Outcome outcome = await AskAsync(server, "--max-time", "1.5");

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Out.ShouldBe("half\n");
        outcome.Error.ShouldContain("what --max-time allows is used up");
    }

    [Test]
    public async Task Ask_CostLimitAndUnknownPrice_Exits4()
    {
        using FakeModelServer server = FakeModelServer.Saying("FINAL(42)");

        Outcome outcome = await AskAsync(server, "--max-cost", "1");

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("--max-cost is 1, but what m costs is not known. Say it with --price-in and --price-out");
        server.Requests.ShouldBeEmpty();
    }

    [Test]
    public async Task Ask_CostLimitAndPricesGiven_CountsThem()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(42)\n```");

        Outcome outcome = await AskAsync(server, "--max-cost", "1", "--price-in", "1000", "--price-out", "2000", "--json");

        outcome.Code.ShouldBe(0, outcome.ToString());
        JsonDocument.Parse(outcome.Out).RootElement.GetProperty("cost_usd").GetDecimal().ShouldBe(0.003m);
    }

    [TestCase("--max-root-tokens", "-1")]
    [TestCase("--max-sub-tokens", "many")]
    [TestCase("--max-sub-calls", "-1")]
    [TestCase("--max-cost", "-0.1")]
    [TestCase("--max-time", "0")]
    public async Task Ask_LimitOutOfRange_Exits2(string flag, string value)
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--model", "offline", "--task", Task, flag, value);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(flag);
    }

    private static Task<Outcome> AskAsync(FakeModelServer server, params string[] flags) =>
        ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task, .. flags], s_text);
}
