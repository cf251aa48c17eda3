using System.Text;

namespace Rlm.Embedded.Cli.Tests.Repl;

/// <summary>`rlm repl` without a terminal: what goes in, and how it ends.</summary>
public sealed class ReplEndTests
{
    [TestCase("repl --jsonl")]
    [TestCase("repl")]
    public async Task Reader_ThatIsGone_EndsItQuietly(string verb)
    {
        string input = verb == "repl" ? "for i in range(3000): print(i)" : string.Concat(Enumerable.Repeat("{\"code\": \"print(1)\"}\\n", 500));

        Outcome outcome = await ToolProcess.ShellAsync($"{{ printf '{input}' | $RLM {verb}; echo \"exit $?\" >&2; }} | head -n 1");

        outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldBeOneOf("exit 0\n", "exit 141\n");
    }

    [Test]
    public async Task JsonLines_DiskThatIsFull_IsSaid()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("there is no /dev/full here");
        }

        Outcome outcome = await ToolProcess.ShellAsync("echo '{\"code\": \"1\"}' | $RLM repl --jsonl > /dev/full");

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("could not be written to stdout");
    }

    [Test]
    public async Task Context_SeveralFiles_AreADictOfTheirTexts()
    {
        using TemporaryFolder folder = new();
        string one = folder.Write("one.txt", [0xEF, 0xBB, 0xBF, (byte)'1']);
        string two = folder.Write("two.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("zwei")]);

        Outcome outcome = await ToolProcess.RunAsync(["repl", "--context", one, "--context", two], "context"u8.ToArray());
        Outcome stdin = await ToolProcess.RunAsync(["repl", "--context", "-"], "context"u8.ToArray());

        outcome.Out.ShouldBe("{'one.txt': '1', 'two.txt': 'zwei'}\n", outcome.ToString());
        stdin.Code.ShouldBe(2, stdin.ToString());
        stdin.Error.ShouldContain("stdin holds the code");
    }

    [Test]
    public async Task Save_ProgramThatFails_KeepsItsVariables()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "vars");

        Outcome failed = await ToolProcess.RunAsync(["repl", "--save", file], "kept = 42\n1/0\n"u8.ToArray());
        Outcome next = await ToolProcess.RunAsync(["repl", "--restore", file], "print(kept)"u8.ToArray());

        failed.Code.ShouldBe(1, failed.ToString());
        next.Out.ShouldBe("42\n", next.ToString());
    }

    [Test]
    public async Task Save_ProgramThatIsInterrupted_KeepsItsVariables([Values] bool terminated)
    {
        using TemporaryFolder folder = new();
        using FakeModelServer server = FakeModelServer.Saying("go");
        string file = Path.Combine(folder.Path, "vars");
        using ToolProcess tool = ToolProcess.Start(["repl", "--save", file, "--model", "m", "--base-url", server.Url]);
        await tool.Process.StandardInput.WriteAsync("kept = 42\nllm_query('ready?')\nwhile True: pass\n");
        tool.Process.StandardInput.Close();
        await server.Asked.WaitAsync(ToolProcess.Patience);

        if (terminated)
        {
            tool.Terminate();
        }
        else
        {
            tool.Interrupt();
        }

        Outcome ended = await tool.EndAsync();
        Outcome next = await ToolProcess.RunAsync(["repl", "--restore", file], "print(kept)"u8.ToArray());

        ended.Code.ShouldBe(130, ended.ToString());
        ended.Error.ShouldContain("variable saved to");
        next.Out.ShouldBe("42\n", next.ToString());
    }

    [Test]
    public async Task History_OfAPipe_IsNotWritten()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "history");

        await ToolProcess.RunAsync(["repl"], "x = 1"u8.ToArray(), new Dictionary<string, string?> { ["RLM_HISTORY"] = file });

        File.Exists(file).ShouldBeFalse();
    }

    [Test]
    public async Task Program_ThatExits_EndsAsUnderPython(
        [Values("restricted", "trusted")] string profile,
        [Values("sys.exit()|0|", "sys.exit(0)|0|", "exit()|0|", "quit(None)|0|", "raise SystemExit|0|", "raise SystemExit(0)|0|", "sys.exit(3)|3|", "exit(255)|255|", "sys.exit(-1)|255|", "raise SystemExit(7)|7|", "sys.exit(True)|1|", "sys.exit('went wrong')|1|went wrong\n")] string line)
    {
        string[] parts = line.Split('|');

        Outcome outcome = await ToolProcess.RunAsync(["repl", "--profile", profile], Encoding.UTF8.GetBytes($"import sys\nprint('ok')\n{parts[0]}\nprint('not reached')\n"));

        outcome.ShouldBe(new Outcome(int.Parse(parts[1]), "ok\n", parts[2]));
    }
}
