using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>Runs that are interrupted or whose model fails: what there is by then is kept and told.</summary>
public sealed class AskUnfinishedTests
{
    private const string First = "```python\nfound = [1, 2, 3]\nprint(len(found))\n```";

    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("The magic number is 42\n");

    [TestCase(true)]
    [TestCase(false)]
    public async Task Interrupted_VariablesAreSavedAndTheTrajectoryIsTold(bool inCell)
    {
        using TemporaryFolder folder = new();
        string save = Path.Combine(folder.Path, "vars");
        using FakeModelServer server = FakeModelServer.Start(call => call switch
        {
            0 => (200, FakeModelServer.Completion(JsonSerializer.Serialize(First))),
            1 when inCell => (200, FakeModelServer.Completion(JsonSerializer.Serialize("```python\nmore = 4\nllm_query('x')\n```"))),
            _ => (200, null),
        });
        using ToolProcess tool = ToolProcess.Start(["ask", "--task", "?", "--model", "m", "--base-url", server.Url, "--save", save, "--log", folder.Path]);
        await tool.Process.StandardInput.BaseStream.WriteAsync(s_text);
        tool.Process.StandardInput.Close();
        while (server.Requests.Count < (inCell ? 3 : 2))
        {
            await Task.Delay(10);
        }

        tool.Interrupt();
        Outcome outcome = await tool.EndAsync();

        outcome.Code.ShouldBe(130, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain($"trajectory: {folder.Path}");
        outcome.Error.ShouldContain("until then: ");
        outcome.Error.ShouldContain($"saved to {save}.");
        Outcome restored = await ToolProcess.RunAsync(["repl", "--restore", save], Encoding.UTF8.GetBytes(inCell ? "print(found, more)" : "print(found)"));
        restored.Out.ShouldBe(inCell ? "[1, 2, 3] 4\n" : "[1, 2, 3]\n", restored.ToString());
    }

    [TestCase("--json")]
    [TestCase]
    public async Task ModelFails_VariablesAreSavedAndWhatThereIsIsTold(params string[] flags)
    {
        using TemporaryFolder folder = new();
        string save = Path.Combine(folder.Path, "vars");
        using FakeModelServer server = FakeModelServer.Start(call =>
            call == 0 ? (200, FakeModelServer.Completion(JsonSerializer.Serialize(First))) : (400, "{\"error\":{\"message\":\"no more\"}}"));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "m", "--base-url", server.Url, "--save", save, "--log", folder.Path, .. flags], s_text);

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("trajectory: ");
        outcome.Error.ShouldContain("until then: 2 turns, 2 calls");
        outcome.Error.ShouldContain("1 variable saved to");
        if (flags.Length > 0)
        {
            JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
            report.Text("stop_reason").ShouldBe("model_failed");
            report.GetProperty("root_input_tokens").GetInt64().ShouldBe(1);
            report.GetProperty("sub_input_tokens").GetInt64().ShouldBe(0);
        }
        else
        {
            outcome.Out.ShouldBeEmpty();
        }
    }

    [TestCase("ask")]
    [TestCase("repl")]
    public async Task Save_FileThatHoldsSomethingElse_IsRefusedUnlessForced(string verb)
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("thesis.txt", "dear text");
        string[] line = verb == "ask" ? ["ask", "--model", "offline", "--task", "What is the magic number?", "-i", file, "--save", file] : ["repl", "--save", file];

        Outcome refused = await ToolProcess.RunAsync(line, "x = 1"u8.ToArray());

        refused.Code.ShouldBe(2, refused.ToString());
        refused.Error.ShouldContain("--force");
        (await File.ReadAllTextAsync(file)).ShouldBe("dear text");

        Outcome forced = await ToolProcess.RunAsync([.. line, "--force"], "x = 1"u8.ToArray());
        Outcome again = await ToolProcess.RunAsync([.. verb == "ask" ? line[..5] : line[..1], "--save", file], "x = 2"u8.ToArray());

        forced.Error.ShouldContain("saved to", Case.Sensitive, forced.ToString());
        again.Error.ShouldContain("saved to", Case.Sensitive, again.ToString());
    }

    [Test]
    public async Task CutReplies_AreTheCauseThatIsTold()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, FakeModelServer.Completion("\"I look at\"").Replace("\"stop\"", "\"length\"", StringComparison.Ordinal)));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "m", "--base-url", server.Url, "--max-steps", "2", "--max-output-tokens", "5", "-v", "--json"], s_text);

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Error.ShouldContain("replies met the limit of output tokens and broke off, until the 2 steps were used up");
        outcome.Error.ShouldContain("Allow longer replies with --max-output-tokens.");
        outcome.Error.ShouldContain("  the reply met the limit of output tokens");
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        report.Text("limit")!.ShouldContain("Allow longer ones with --max-output-tokens.");
        report.Text("limit")!.ShouldNotContain("Options");
        server.Requests.TryPeek(out (string?, string Body) sent).ShouldBeTrue();
        sent.Body.ShouldContain("\"max_tokens\":5");
    }

    [Test]
    public async Task FinalNotTaken_VerboseSaysWhy()
    {
        using FakeModelServer server = FakeModelServer.Saying("FINAL(guess)", "```python\nFINAL(42)\n```");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "m", "--base-url", server.Url, "-v"], s_text);

        outcome.Out.ShouldBe("42\n", outcome.ToString());
        outcome.Error.ShouldContain("told to the model: Your answer was not taken");
    }

    [Test]
    public async Task Retries_AreToldWithTheirTime()
    {
        using FakeModelServer server = FakeModelServer.Start(call => call == 0 ? (503, "{}") : (200, FakeModelServer.Completion("\"```python\\nFINAL(42)\\n```\"")));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "m", "--base-url", server.Url], s_text);

        outcome.Out.ShouldBe("42\n", outcome.ToString());
        outcome.Error.ShouldMatch(@"rlm: the server .*\(503\), second try (now|in [\d.]+ s) \(m at ");
    }

    [Test]
    public async Task ModelTimeout_IsToldWithTheFlag()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, null));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "m", "--base-url", server.Url, "--model-timeout", "0.2"], s_text);

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("did not answer within 0.2 s (--model-timeout), second try in ");
    }
}
