using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class AskTests
{
    private const string Task = "What is the magic number?";

    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("a line\nThe magic number is 42\nanother line\n");

    [TestCase("ask")]
    [TestCase(null)]
    public async Task Ask_Stdin_AnswersOnStdoutOnly(string? verb)
    {
        string[] flags = ["--model", "offline", "--task", Task];

        Outcome outcome = await ToolProcess.RunAsync(verb is null ? flags : [verb, .. flags], s_text);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldBe("42\n");
        outcome.Error.ShouldContain("model: offline (scripted stand-in, not a language model)");
    }

    [Test]
    public async Task Ask_File_Answers()
    {
        using TemporaryFolder folder = new();

        Outcome outcome = await ToolProcess.RunAsync("ask", "--model", "offline", "-t", Task, "-i", folder.Write("t.txt", s_text));

        outcome.Out.ShouldBe("42\n", outcome.ToString());
    }

    [Test]
    public async Task Ask_Json_IsOneObject()
    {
        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", Task, "--json", "-v"], s_text);

        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        report.Text("answer").ShouldBe("42");
        report.Text("stop_reason").ShouldBe("final_answer");
        outcome.Error.ShouldContain("turn 1/30");
    }

    [Test]
    public async Task Ask_Log_WritesATrajectoryThatExports()
    {
        using TemporaryFolder folder = new();
        string log = Path.Combine(folder.Path, "log");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", Task, "--log", log], s_text);

        string file = Directory.GetFiles(log).ShouldHaveSingleItem();
        outcome.Error.ShouldContain($"trajectory: {file}");
        Outcome export = await ToolProcess.RunAsync("export", file, "--to", folder.Path);
        export.Code.ShouldBe(0, export.ToString());
        string[] lines = await File.ReadAllLinesAsync(export.Out.TrimEnd());
        lines[0].ShouldStartWith("{\"type\":\"metadata\",\"timestamp\":");
        JsonDocument.Parse(lines[^1]).RootElement.Text("final_answer").ShouldBe("42");
    }

    [Test]
    public async Task Export_NoSuchFile_Exits2()
    {
        Outcome outcome = await ToolProcess.RunAsync("export", "/no/such/file.jsonl");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("/no/such/file.jsonl");
    }

    [Test]
    public async Task Ask_NoTask_Exits2()
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--model", "offline");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("there is nothing to ask");
        outcome.Out.ShouldBeEmpty();
    }

    [TestCase("ask", "What is the magic number?")]
    [TestCase("ask", "What", "is the", "magic number?")]
    public async Task Ask_QuestionWithoutTask_Answers(params string[] words)
    {
        Outcome outcome = await ToolProcess.RunAsync([.. words, "--model", "offline"], s_text);

        outcome.Out.ShouldBe("42\n", outcome.ToString());
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Ask_TextWithoutQuestion_AsksForItself(bool isFile)
    {
        using TemporaryFolder folder = new();
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(len(context))\n```");
        byte[] prompt = "Count the letters of this."u8.ToArray();
        string[] ask = ["ask", "--model", "m", "--base-url", server.Url];

        Outcome outcome = isFile ? await ToolProcess.RunAsync([.. ask, "-i", folder.Write("p.txt", prompt)]) : await ToolProcess.RunAsync(ask, prompt);

        outcome.Out.ShouldBe("26\n", outcome.ToString());
        server.Requests.ShouldAllBe(request => request.Body.Contains("is in `context`"));
    }

    [Test]
    public async Task Ask_QuestionWithoutText_SaysSoAndTheQuestionIsTheText()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(context)\n```");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "What is 2 + 2?", "--model", "m", "--base-url", server.Url]);

        outcome.Out.ShouldBe("What is 2 + 2?\n", outcome.ToString());
        outcome.Error.ShouldContain("no text is given, and stdin is empty: the question goes alone");
    }

    [Test]
    public async Task Ask_FolderWithoutQuestion_IsRefused()
    {
        using TemporaryFolder folder = new();
        folder.Write("a.txt", "text");

        Outcome outcome = await ToolProcess.RunAsync("ask", "--model", "offline", "-i", folder.Path);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("asks nothing by itself");
    }

    [Test]
    public async Task Ask_NamedModels_ServeTheirSubCalls()
    {
        using FakeModelServer server = FakeModelServer.Saying(
            "```python\nfor m in ('small', 'other', 'vendor/sub', 'root', 'nobody'):\n    print(llm_query('who?', model=m))\n```", "a", "b", "c", "d", "```python\nFINAL(1)\n```");

        Outcome outcome = await ToolProcess.RunAsync(
            ["ask", "?", "-m", "root", "--sub-model", "vendor/sub", "--model-as", "small=mini", "--model-as", "other=maker/large", "--base-url", server.Url, "-v"], s_text);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.Text("model"))
            .ShouldBe(["root", "mini", "maker/large", "vendor/sub", "root", "root"]);
        outcome.Error.ShouldContain("there is no model named 'nobody'. Models: small, other, vendor/sub, root.");
    }

    [Test]
    public async Task Ask_DepthZero_AnswersWithoutPython()
    {
        using FakeModelServer server = FakeModelServer.Saying("plain words");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "?", "-m", "m", "--base-url", server.Url, "--max-depth", "0"], s_text);

        outcome.Out.ShouldBe("plain words\n", outcome.ToString());
    }

    [Test]
    public async Task Ask_NoModel_Exits4AndListsWhatIsPossible()
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task);

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("openai/");
        outcome.Error.ShouldContain("offline");
        outcome.Error.ShouldContain("--base-url");
    }

    [Test]
    public async Task Ask_NoKey_Exits4AndNamesTheVariable()
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "--model", "openai/gpt-5-mini");

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("OPENAI_API_KEY");
    }

    [Test]
    public async Task Ask_UnknownProvider_Exits2WithTheNearest()
    {
        Outcome outcome = await ToolProcess.RunAsync("ask", "--task", Task, "--model", "opnai/model");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("--model: Unknown model provider \"opnai\"");
        outcome.Error.ShouldContain("Did you mean openai/model?");
    }

    [Test]
    public async Task Ask_MissingFileOrEmptyFolder_Exits2()
    {
        using TemporaryFolder folder = new();

        Outcome missing = await ToolProcess.RunAsync("ask", "--model", "offline", "--task", Task, "-i", "/no/such/file");
        Outcome directory = await ToolProcess.RunAsync("ask", "--model", "offline", "--task", Task, "-i", folder.Path);

        missing.Code.ShouldBe(2, missing.ToString());
        missing.Error.ShouldContain("/no/such/file");
        directory.Code.ShouldBe(2, directory.ToString());
        directory.Error.ShouldContain("No file in");
    }

    [Test]
    public async Task Ask_FileThatIsNotText_IsNoted()
    {
        using TemporaryFolder folder = new();
        string invalid = folder.Write("invalid.txt", [.. s_text, 0xFF, 0xFE]);
        string binary = folder.Write("binary", [0x7F, 0x45, 0x00, 0xFF, .. s_text]);
        string empty = folder.Write("empty.txt", Array.Empty<byte>());

        (await NoteAsync(invalid)).ShouldContain("not valid UTF-8");
        (await NoteAsync(binary)).ShouldContain("binary");
        (await NoteAsync(empty)).ShouldContain("empty");
    }

    [Test]
    public async Task Ask_StdinThatIsNotText_IsNoted()
    {
        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", Task], [.. s_text, 0xFF]);

        outcome.Out.ShouldBe("42\n");
        outcome.Error.ShouldContain("not valid UTF-8");
    }

    [TestCase("-")]
    [TestCase(null)]
    [TestCase("/dev/stdin")]
    public async Task Ask_Stdin_IsReadAsAFileIs(string? input)
    {
        string[] arguments = ["ask", "--model", "offline", "--task", Task, .. (string[])(input is null ? [] : ["-i", input])];
        byte[] wide = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(s_text))];

        Outcome utf16 = await ToolProcess.RunAsync(arguments, wide);
        Outcome pdf = await ToolProcess.RunAsync(arguments, "%PDF-1.7\n"u8.ToArray());

        utf16.Out.ShouldBe("42\n", utf16.ToString());
        utf16.Error.ShouldNotContain("not valid");
        pdf.Code.ShouldBe(2, pdf.ToString());
        pdf.Error.ShouldContain("is a PDF, not text");
    }

    [Test]
    public async Task Ask_StepsUsedUp_Exits5WithTheBestAnswer()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nprint(1)\n```", "```python\nprint(2)\n```", "perhaps 42");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task, "--max-steps", "2"], s_text);

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Out.ShouldBe("perhaps 42\n");
        outcome.Error.ShouldContain("--max-steps");
    }

    [Test]
    public async Task Ask_ServerRefuses_Exits1()
    {
        string url = $"http://127.0.0.1:{FakeModelServer.FreePort()}/v1";

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", url, "--task", Task], s_text);

        ShouldFailPlainly(outcome);
        outcome.Error.ShouldContain("127.0.0.1");
    }

    [Test]
    public async Task Ask_ServerHangs_Exits1()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, null));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task, "--model-timeout", "0.5"], s_text);

        ShouldFailPlainly(outcome);
    }

    [TestCase("<html>it works</html>")]
    [TestCase("{}")]
    [TestCase("{\"choices\":[]}")]
    [TestCase("[1,2")]
    [TestCase("")]
    public async Task Ask_ServerTalksGarbage_Exits1(string body)
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, body));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task], s_text);

        ShouldFailPlainly(outcome);
    }

    [TestCase(401)]
    [TestCase(404)]
    [TestCase(500)]
    public async Task Ask_ServerFails_Exits1(int status)
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (status, "{\"error\":{\"message\":\"no\"}}"));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task], s_text);

        ShouldFailPlainly(outcome);
        outcome.Error.ShouldContain(status.ToString());
    }

    [Test]
    public async Task Ask_NullContent_GoesOn()
    {
        using FakeModelServer server = FakeModelServer.Start(call => (200, FakeModelServer.Completion(call switch
        {
            0 => "null",
            1 => "\"```python\\nprint(context[:10])\\n```\"",
            _ => "\"FINAL(42)\"",
        })));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task], s_text);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldBe("42\n");
    }

    [Test]
    public async Task Ask_NothingButNullContent_EndsWithoutAnAnswer()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, FakeModelServer.Completion("null")));

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "m", "--base-url", server.Url, "--task", Task, "--max-steps", "3"], s_text);

        outcome.Code.ShouldBe(5, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
    }

    private static async Task<string> NoteAsync(string file) =>
        (await ToolProcess.RunAsync("ask", "--model", "offline", "--task", Task, "-i", file)).Error;

    private static void ShouldFailPlainly(Outcome outcome)
    {
        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldNotContain("   at ");
        outcome.Error.ShouldNotContain("unexpected");
    }
}
