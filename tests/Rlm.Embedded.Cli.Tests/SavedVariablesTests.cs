using System.Text;

namespace Rlm.Embedded.Cli.Tests;

public sealed class SavedVariablesTests
{
    [Test]
    public async Task Repl_SaveAndRestore_CarryVariables()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "vars");

        Outcome first = await ToolProcess.RunAsync(["repl", "--save", file], "import re\nx = {'a': [1, 2]}"u8.ToArray());
        Outcome second = await ToolProcess.RunAsync(["repl", "--restore", file], "print(x['a'] + [3])"u8.ToArray());

        first.Code.ShouldBe(0, first.ToString());
        first.Error.ShouldContain("1 variable saved to");
        first.Error.ShouldContain("not saved: re: it is a module");
        second.Out.ShouldBe("[1, 2, 3]\n", second.ToString());
    }

    [Test]
    public async Task Ask_SaveAndRestore_CarryVariables()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "vars");
        byte[] text = Encoding.UTF8.GetBytes("a line\nThe magic number is 42\nanother line\n");

        Outcome first = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", "What is the magic number?", "--save", file], text);
        Outcome second = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", "What is the magic number?", "--restore", file], text);

        first.Out.ShouldBe("42\n", first.ToString());
        File.Exists(file).ShouldBeTrue();
        second.Out.ShouldBe("42\n", second.ToString());
    }

    [Test]
    public async Task Restore_UnusableFile_SaysWhy()
    {
        using TemporaryFolder folder = new();

        Outcome missing = await ToolProcess.RunAsync(["repl", "--restore", "/no/such/vars"], "1"u8.ToArray());
        Outcome other = await ToolProcess.RunAsync(["repl", "--restore", folder.Write("x", "import os")], "1"u8.ToArray());
        Outcome lines = await ToolProcess.RunAsync(["repl", "--jsonl", "--save", "x"], "1"u8.ToArray());

        missing.Code.ShouldBe(2, missing.ToString());
        other.Code.ShouldBe(2, other.ToString());
        other.Error.ShouldStartWith("rlm: --restore: '");
        other.Error.ShouldContain("not a file of saved variables");
        lines.Code.ShouldBe(2, lines.ToString());
    }
}
