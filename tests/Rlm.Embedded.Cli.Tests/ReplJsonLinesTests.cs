using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class ReplJsonLinesTests
{
    [Test]
    public async Task Cell_Runs_AnswersWithTheListedKeys()
    {
        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(7, "x = 1\nprint('a')\nx + 1")])).ShouldHaveSingleItem();

        answer.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["id", "session", "stdout", "stderr", "error", "final", "variables", "elapsed_us", "stopped"]);
        answer.GetProperty("id").GetInt32().ShouldBe(7);
        answer.Text("stdout").ShouldBe("a\n2\n");
        answer.Text("stderr").ShouldBeEmpty();
        answer.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("final").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("variables").EnumerateArray().Select(name => name.GetString()).ShouldBe(["x"]);
        answer.GetProperty("elapsed_us").GetInt64().ShouldBeGreaterThan(0);
        answer.GetProperty("stopped").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Test]
    public async Task Exception_IsDescribedAndVariablesStay()
    {
        JsonElement[] answers = await JsonLines.TalkAsync([JsonLines.Request(1, "a = 5\n1 / 0"), JsonLines.Request(2, "a")]);

        answers[0].ErrorType().ShouldBe("ZeroDivisionError");
        answers[0].GetProperty("error").GetProperty("line").GetInt32().ShouldBe(2);
        answers[0].GetProperty("error").Text("message").ShouldBe("division by zero");
        answers[0].Text("stderr")!.ShouldEndWith("ZeroDivisionError: division by zero\n");
        answers[1].Text("stdout").ShouldBe("5\n");
    }

    [Test]
    public async Task Sessions_AreApart()
    {
        JsonElement[] answers = await JsonLines.TalkAsync(
        [
            JsonLines.Request(1, "x = 1", "a"), JsonLines.Request(2, "x", "b"), JsonLines.Request(3, "x", "a"), JsonLines.Request(4, "FINAL(x)", "a"),
        ]);

        answers.Select(answer => answer.Text("session")).ShouldBe(["a", "b", "a", "a"]);
        answers[1].ErrorType().ShouldBe("NameError");
        answers[2].Text("stdout").ShouldBe("1\n");
        answers[3].Text("final").ShouldBe("1");
    }

    [Test]
    public async Task Close_EndsTheSessionAfterItsCode()
    {
        JsonElement[] answers = await JsonLines.TalkAsync(
        [
            JsonLines.Request(1, "x = 1", "a"),
            """{"id": 2, "session": "a", "code": "x", "close": true}""",
            JsonLines.Request(3, "x", "a"),
            """{"id": 4, "session": "a", "close": true}""",
        ]);

        answers[1].Text("stdout").ShouldBe("1\n");
        answers[2].ErrorType().ShouldBe("NameError");
        answers[3].GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [TestCase("nonsense")]
    [TestCase("{\"id\":1,\"code\":\"1\",\"close\":1}")]
    [TestCase("")]
    [TestCase("   ")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("42")]
    [TestCase("\"code\"")]
    [TestCase("{}")]
    [TestCase("{\"id\":1}")]
    [TestCase("{\"id\":1,\"code\":5}")]
    [TestCase("{\"id\":1,\"code\":null}")]
    [TestCase("{\"id\":1,\"code\":\"1\",\"session\":5}")]
    [TestCase("{\"id\":1,\"code\":\"1\",\"timeout\":\"long\"}")]
    [TestCase("{\"id\":1,\"code\":\"1\",\"timeout\":-1}")]
    [TestCase("{\"id\":1,\"code\":\"1\",\"timeout\":0}")]
    [TestCase("{\"id\":1,\"code\":\"1\"} {\"id\":2,\"code\":\"2\"}")]
    [TestCase("{\"id\":1,\"code\":\"\\ud800\"}")]
    [TestCase("{\"id\":1,\"code\":\"1\"")]
    [TestCase("{'id':1,'code':'1'}")]
    public async Task LineThatIsNoRequest_GetsAnErrorLineAndTheStreamGoesOn(string line)
    {
        JsonElement[] answers = await JsonLines.TalkAsync([line, JsonLines.Request("next", "1 + 1")]);

        answers.Length.ShouldBe(2);
        answers[0].ErrorType().ShouldBe("ProtocolError");
        answers[0].Text("stdout").ShouldBeEmpty();
        answers[0].GetProperty("error").GetProperty("line").ValueKind.ShouldBe(JsonValueKind.Null);
        answers[1].Text("stdout").ShouldBe("2\n");
    }

    [Test]
    public async Task InvalidUtf8_GetsAnErrorLineAndTheStreamGoesOn()
    {
        byte[] input = [.. "{\"id\":9,\"code\":\"'"u8, 0xFF, .. "'\"}\n{\"id\":2,\"code\":\"1\"}"u8];

        JsonElement[] answers = await JsonLines.TalkAsync(input);

        answers[0].ErrorType().ShouldBe("ProtocolError");
        answers[0].GetProperty("id").GetInt32().ShouldBe(9);
        answers[1].Text("stdout").ShouldBe("1\n");
    }

    [Test]
    public async Task HugeLine_GetsAnErrorLineAndTheStreamGoesOn()
    {
        byte[] huge = new byte[70 << 20];
        Array.Fill(huge, (byte)'x');

        JsonElement[] answers = await JsonLines.TalkAsync([.. huge, .. "\n{\"id\":2,\"code\":\"1\"}"u8]);

        answers.Length.ShouldBe(2);
        answers[0].ErrorType().ShouldBe("ProtocolError");
        answers[1].Text("stdout").ShouldBe("1\n");
    }

    [TestCase("null")]
    [TestCase("\"text \\u00fc\"")]
    [TestCase("-1.50e3")]
    [TestCase("123456789012345678901234567890")]
    [TestCase("{\"a\":[1,{\"b\":null}]}")]
    [TestCase("[true,false]")]
    public async Task Id_OfAnyType_IsEchoedAsWritten(string id)
    {
        Outcome outcome = await ToolProcess.RunAsync(["repl", "--jsonl"], Encoding.UTF8.GetBytes($$"""{"code":"1","id":{{id}}}"""));

        outcome.Out.ShouldStartWith($$"""{"id":{{id}},""");
    }

    [Test]
    public async Task LoneSurrogates_ArePrintedExactly()
    {
        Outcome outcome = await ToolProcess.RunAsync(["repl", "--jsonl"], Encoding.UTF8.GetBytes("""{"id":1,"code":"print('a\\ud800b', '\\U0001F600')"}"""));

        outcome.Out.ShouldContain("a\\ud800b ");
        outcome.Code.ShouldBe(0, outcome.ToString());
    }

    [Test]
    public async Task Timeout_PerLine_StopsTheCell()
    {
        JsonElement[] answers = await JsonLines.TalkAsync(
        [
            JsonLines.Request(1, "kept = 1\nwhile True:\n    pass", timeout: 0.2), JsonLines.Request(2, "kept"),
        ]);

        answers[0].Text("stopped").ShouldBe("timeout");
        answers[0].ErrorType().ShouldBe("TimeoutError");
        answers[1].Text("stdout").ShouldBe("1\n");
    }

    [Test]
    public async Task CellTimeout_Flag_StopsTheCell()
    {
        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(1, "while True:\n    pass")], "--cell-timeout", "0.2")).ShouldHaveSingleItem();

        answer.Text("stopped").ShouldBe("timeout");
    }

    [Test]
    public async Task MaxOutput_KeepsHeadAndTail()
    {
        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(1, "print('h' * 500 + 't' * 500)")], "--max-output", "100")).ShouldHaveSingleItem();

        string shown = answer.Text("stdout")!;
        shown.ShouldStartWith("hhhh");
        shown.ShouldEndWith("ttt\n");
        shown.Length.ShouldBeLessThan(200);
    }

    [Test]
    public async Task Profile_TrustedOpensEveryModule()
    {
        string[] line = [JsonLines.Request(1, "import socket\nsocket.gethostname()")];

        (await JsonLines.TalkAsync(line))[0].ErrorType().ShouldBe("ModuleNotFoundError");
        (await JsonLines.TalkAsync(line, "--profile", "trusted"))[0].ErrorType().ShouldBeNull();
    }

    [Test]
    public async Task StandIn_EchoesPrompts()
    {
        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(1, "print(llm_query('a'), llm_query_batched(['b', 'c']), rlm_query('d'))")])).ShouldHaveSingleItem();

        answer.Text("stdout").ShouldBe("a ['b', 'c'] d\n");
    }

    [Test]
    public async Task Model_AnswersSubCallsAndFailuresAreStrings()
    {
        using FakeModelServer server = FakeModelServer.Start(call => call == 0 ? (200, FakeModelServer.Completion("\"hello\"")) : (400, "{}"));

        JsonElement[] answers = await JsonLines.TalkAsync(
            [JsonLines.Request(1, "print(llm_query('a'))"), JsonLines.Request(2, "print(llm_query('b'))"), JsonLines.Request(3, "print(llm_query('b', model='other'))")],
            "--model", "m", "--base-url", server.Url);

        answers[0].Text("stdout").ShouldBe("hello\n");
        answers[1].Text("stdout")!.ShouldStartWith("Error: ");
        answers[2].Text("stdout")!.ShouldStartWith("Error: ");
    }

    [Test]
    public async Task Context_File_IsTheContext()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("c.txt", "grün\r\n漢");

        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(1, "context")], "--context", file)).ShouldHaveSingleItem();

        answer.Text("stdout").ShouldBe("'grün\\r\\n漢'\n");
    }

    [Test]
    public async Task Context_Folder_IsADictOfItsFiles()
    {
        using TemporaryFolder folder = new();
        folder.Write("b.txt", "two");
        folder.Write("a.txt", "one");

        JsonElement answer = (await JsonLines.TalkAsync([JsonLines.Request(1, "context")], "--context", folder.Path)).ShouldHaveSingleItem();

        answer.Text("stdout").ShouldBe("{'a.txt': 'one', 'b.txt': 'two'}\n");
    }

    [Test]
    public async Task Context_Unusable_Exits2()
    {
        Outcome missing = await ToolProcess.RunAsync("repl", "--jsonl", "--context", "/no/such/file");

        missing.Code.ShouldBe(2, missing.ToString());
        missing.Error.ShouldContain("/no/such/file");
    }

    [Test]
    public async Task Context_NotText_IsNotedOnStderr()
    {
        using TemporaryFolder folder = new();

        (await NoteAsync(folder.Write("invalid", [0x61, 0xFF]))).ShouldContain("not valid UTF-8");
        (await NoteAsync(folder.Write("binary", [0x00, 0x01, 0xFF]))).ShouldContain("binary");
        (await NoteAsync(folder.Write("empty", Array.Empty<byte>()))).ShouldContain("empty");
    }

    [TestCase("--memory", "0")]
    [TestCase("--cell-timeout", "0")]
    [TestCase("--max-output", "-5")]
    [TestCase("--profile", "wide-open")]
    public async Task BadFlag_Exits2(string flag, string value)
    {
        Outcome outcome = await ToolProcess.RunAsync("repl", "--jsonl", flag, value);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(flag is "--profile" ? value : flag);
    }

    [Test]
    public async Task ClosedStdout_EndsQuietly()
    {
        Outcome outcome = await ToolProcess.ShellAsync("""(while :; do echo '{"id":1,"code":"1"}' || exit; done) 2>/dev/null | { $RLM repl --jsonl; echo "code $?" >&2; } | head -n 1""");

        outcome.Out.ShouldStartWith("{\"id\":1,");
        outcome.Error.ShouldBe("code 141\n");
    }

    [Test]
    public async Task Answers_AreFlushedOneByOne()
    {
        using ToolProcess tool = ToolProcess.Start(["repl", "--jsonl"]);
        for (int i = 0; i < 3; i++)
        {
            await tool.Process.StandardInput.WriteLineAsync(JsonLines.Request(i, $"print({i})"));
            await tool.Process.StandardInput.FlushAsync();
            string? line = await tool.Process.StandardOutput.ReadLineAsync().WaitAsync(ToolProcess.Patience);
            JsonDocument.Parse(line!).RootElement.Text("stdout").ShouldBe($"{i}\n");
        }

        tool.Process.StandardInput.Close();
        (await tool.EndAsync()).Code.ShouldBe(0);
    }

    [Test]
    public async Task PipedProgram_WithoutJsonl_IsRun()
    {
        Outcome good = await ToolProcess.RunAsync(["repl"], Encoding.UTF8.GetBytes("def f():\n    return 4\n\nprint(f())\n"));
        Outcome bad = await ToolProcess.RunAsync(["repl"], Encoding.UTF8.GetBytes("1/0"));

        good.Out.ShouldBe("4\n", good.ToString());
        good.Code.ShouldBe(0);
        bad.Code.ShouldBe(1);
        bad.Error.ShouldContain("ZeroDivisionError");
    }

    private static async Task<string> NoteAsync(string file) =>
        (await ToolProcess.RunAsync(["repl", "--jsonl", "--context", file], Encoding.UTF8.GetBytes(JsonLines.Request(1, "1")))).Error;
}
