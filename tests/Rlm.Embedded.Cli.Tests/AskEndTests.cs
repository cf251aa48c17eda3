using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>Runs that end without an answer: the exit code, a word on stderr, and nothing on stdout that only looks like one.</summary>
public sealed class AskEndTests
{
    private const string Refusal = """{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":null,"refusal":"I cannot help with that."}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("The magic number is 42\n");

    [TestCase]
    [TestCase("-v")]
    public async Task Ask_ModelRefuses_Exits3WithItsWords(params string[] flags)
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, Refusal));

        Outcome outcome = await AskAsync(server, flags);

        outcome.Code.ShouldBe(3, outcome.ToString());
        outcome.Out.ShouldBe("I cannot help with that.\n");
        outcome.Error.ShouldContain("refused");
        server.Requests.Count.ShouldBe(2);
    }

    [Test]
    public async Task Ask_ModelRefuses_JsonSaysSo()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, Refusal));

        Outcome outcome = await AskAsync(server, "--json");

        outcome.Code.ShouldBe(3, outcome.ToString());
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        report.Text("stop_reason").ShouldBe("refused");
        report.Text("answer").ShouldBe("I cannot help with that.");
    }

    [Test]
    public async Task Ask_StepsUsedUpInTheMiddleOfCode_Exits5WithNothingOnStdout()
    {
        using FakeModelServer server = FakeModelServer.Saying("I look.\n```python\nprint(1)\n```");

        Outcome outcome = await AskAsync(server, "--max-steps", "1");

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Out.ShouldBe("");
        outcome.Error.ShouldContain("there is no answer.");
    }

    [Test]
    public async Task Ask_StepsUsedUpWithADraft_Exits5WithTheDraft()
    {
        using FakeModelServer server = FakeModelServer.Saying("I look.\n```python\nanswer['content'] = 'half'\n```");

        Outcome outcome = await AskAsync(server, "--max-steps", "1");

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Out.ShouldBe("half\n");
        outcome.Error.ShouldContain("this is the best answer there is.");
    }

    private static Task<Outcome> AskAsync(FakeModelServer server, params string[] flags) =>
        ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", "What is the magic number?", .. flags], s_text);
}
