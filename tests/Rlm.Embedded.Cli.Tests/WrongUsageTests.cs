namespace Rlm.Embedded.Cli.Tests;

public sealed class WrongUsageTests
{
    private static readonly string[] s_ask = ["ask", "--model", "offline", "--task", "What is the magic number?"];

    [TestCase("--save")]
    [TestCase("--record")]
    [TestCase("--log")]
    public async Task Ask_TargetThatCannotBeWritten_Exits2BeforeTheRun(string flag)
    {
        Outcome outcome = await ToolProcess.RunAsync([.. s_ask, flag, "/proc/no/such"], "The magic number is 42"u8.ToArray());

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldStartWith($"rlm: {flag}: ");
        outcome.Error.ShouldNotContain("model:");
    }

    [TestCase("ask")]
    [TestCase("repl")]
    public async Task Save_Folder_Exits2AndLeavesNothingInIt(string verb)
    {
        using TemporaryFolder folder = new();

        Outcome outcome = await ToolProcess.RunAsync([.. verb == "ask" ? s_ask : [verb], "--save", folder.Path], "1"u8.ToArray());

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("is a folder; name a file");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Test]
    public async Task Ask_LogIsAFile_Exits2()
    {
        using TemporaryFolder folder = new();

        Outcome outcome = await ToolProcess.RunAsync([.. s_ask, "--log", folder.Write("x", "text")], "1"u8.ToArray());

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain("is a file; name a folder");
    }

    [Test]
    public async Task Ask_BlankKey_IsNoKey()
    {
        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "openai/gpt-5-mini", "--task", "x"], [], new Dictionary<string, string?> { ["OPENAI_API_KEY"] = " " });

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("No key for openai/gpt-5-mini");
    }
}
