using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class CassetteTests
{
    private const string Task = "What is the magic number?";
    private const string Key = "planted-key-5f2c9d81e7";

    private static readonly string[] s_timed = ["model", "elapsed_ms", "split_ms"];

    [TestCase("ask")]
    [TestCase(null)]
    public async Task Replay_RunWithSubModel_NeedsNeitherServerNorKeyNorNames(string? verb)
    {
        using TemporaryFolder folder = new();
        string text = folder.Write("t.txt", "The magic number is 42\n");
        string cassette = Path.Combine(folder.Path, "run.jsonl");
        string[] ask = [.. verb is null ? Array.Empty<string>() : [verb], "--task", Task, "-i", text, "--json"];
        Outcome live;
        using (FakeModelServer server = FakeModelServer.Start(call => (200, FakeModelServer.Completion(call == 0
            ? JsonSerializer.Serialize("```python\nfound = llm_query('read: ' + context)\nprint(found)\nFINAL_VAR('found')\n```")
            : "\"it is 42\""))))
        {
            Dictionary<string, string?> environment = new() { ["OPENAI_API_KEY"] = Key, ["OPENAI_BASE_URL"] = server.Url };
            live = await ToolProcess.RunAsync([.. ask, "--model", "openai/root", "--sub-model", "openai/sub", "--record", cassette], null, environment);
            server.Requests.Count.ShouldBe(2);
            server.Requests.ShouldAllBe(request => request.Authorization == $"Bearer {Key}");
        }

        Outcome replay = await ToolProcess.RunAsync([.. ask, "--replay", cassette]);

        live.Code.ShouldBe(0, live.ToString());
        replay.Code.ShouldBe(0, replay.ToString());
        replay.Error.ShouldContain("model: openai/root (replayed from");
        replay.Error.ShouldNotContain("not asked for");
        Untimed(replay).ShouldBe(Untimed(live));
        string[] lines = await File.ReadAllLinesAsync(cassette);
        lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("request").Text("model")).ShouldBe(["openai/root", "openai/sub"]);
        lines.ShouldAllBe(line => !line.Contains(Key));
    }

    [Test]
    public async Task Replay_OtherTask_Exits1WithTheNearestAndTheDifference()
    {
        using TemporaryFolder folder = new();
        (string text, string cassette) = await RecordAsync(folder);

        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", "What is the MAGIC number?", "-i", text, "--replay", cassette);

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain("nearest is line 1");
        outcome.Error.ShouldContain("the MAGIC");
        outcome.Error.ShouldNotContain("unexpected");
    }

    [Test]
    public async Task Replay_SubCallThatWasNotRecorded_Exits1EvenWhenTheRunGetsOverIt()
    {
        using TemporaryFolder folder = new();
        (string text, string cassette) = await RecordAsync(folder);
        string[] lines = await File.ReadAllLinesAsync(cassette);
        int sub = Array.FindIndex(lines, line => line.Contains("Answer the question from the passages alone") && !line.Contains("as_in"));
        lines[sub] = lines[sub].Replace("Answer the question", "Answer no question");
        await File.WriteAllLinesAsync(cassette, lines);

        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "-i", text, "--replay", cassette);

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain("Answer no question");
    }

    [Test]
    public async Task Record_FileThatIsNotEmpty_Exits2AndLeavesIt()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("old.jsonl", "dear\n");

        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "--model", "offline", "--record", file);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("is not overwritten");
        (await File.ReadAllTextAsync(file)).ShouldBe("dear\n");
    }

    [Test]
    public async Task Record_ByTwoAtOnce_TheSecondIsRefusedBeforeItCalls()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "run.jsonl");
        using FakeModelServer first = FakeModelServer.Start(_ => (200, null));
        using FakeModelServer second = FakeModelServer.Saying("FINAL(42)");
        using ToolProcess running = ToolProcess.Start(["ask", "--task", Task, "--model", "m", "--base-url", first.Url, "--record", file]);
        running.Process.StandardInput.Close();
        await first.Asked.WaitAsync(ToolProcess.Patience);

        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "--model", "m", "--base-url", second.Url, "--record", file);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("--record: ");
        outcome.Error.ShouldContain(file);
        second.Requests.ShouldBeEmpty();
    }

    [Test]
    public async Task Replay_NamedModels_PlayTheirCalls()
    {
        using TemporaryFolder folder = new();
        string cassette = Path.Combine(folder.Path, "run.jsonl");
        string[] ask = ["ask", "--task", Task, "--model-as", "small=mini", "--json"];
        Outcome live;
        using (FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(llm_query('who?', model='small'))\n```", "mini says"))
        {
            live = await ToolProcess.RunAsync([.. ask, "--model", "m", "--base-url", server.Url, "--record", cassette]);
        }

        Outcome replay = await ToolProcess.RunAsync([.. ask, "--replay", cassette]);

        Untimed(replay).ShouldBe(Untimed(live));
        JsonDocument.Parse(replay.Out).RootElement.Text("answer").ShouldBe("mini says");
    }

    [Test]
    public async Task Replay_NoCassette_FailsAndNamesIt()
    {
        using TemporaryFolder folder = new();

        Outcome absent = await ToolProcess.RunAsync("ask", "--task", Task, "--replay", "/no/such/cassette");
        Outcome other = await ToolProcess.RunAsync("ask", "--task", Task, "--replay", folder.Write("t.txt", "text\n"));
        Outcome empty = await ToolProcess.RunAsync("ask", "--task", Task, "--replay", folder.Write("e.jsonl", ""));

        (absent.Code, other.Code, empty.Code).ShouldBe((2, 1, 1));
        absent.Error.ShouldContain("/no/such/cassette");
        other.Error.ShouldContain("line 1 is not a recorded call");
        empty.Error.ShouldContain("e.jsonl holds no call");
    }

    [Test]
    public async Task RecordAndReplay_Exit2()
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "--model", "offline", "--record", "a", "--replay", "b");

        outcome.Code.ShouldBe(2, outcome.ToString());
    }

    private static async Task<(string Text, string Cassette)> RecordAsync(TemporaryFolder folder)
    {
        string text = folder.Write("t.txt", "The magic number is 42\n");
        string cassette = Path.Combine(folder.Path, "run.jsonl");
        Outcome outcome = await ToolProcess.RunAsync("ask", "--model", "offline", "--task", Task, "-i", text, "--record", cassette);
        outcome.Code.ShouldBe(0, outcome.ToString());
        return (text, cassette);
    }

    private static string Untimed(Outcome outcome) => string.Join('\n', JsonDocument.Parse(outcome.Out).RootElement.EnumerateObject()
        .Where(property => !s_timed.Contains(property.Name)).Select(property => property.ToString()));
}
