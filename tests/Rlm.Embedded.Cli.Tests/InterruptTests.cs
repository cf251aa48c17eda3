namespace Rlm.Embedded.Cli.Tests;

public sealed class InterruptTests
{
    /// <summary>The contract is one second; a loaded machine gets ten.</summary>
    private static readonly TimeSpan s_allowed = TimeSpan.FromSeconds(10);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Repl_WaitingForInput_Ends(bool jsonl)
    {
        using ToolProcess tool = ToolProcess.Start(jsonl ? ["repl", "--jsonl"] : ["repl"]);
        if (jsonl)
        {
            await tool.Process.StandardInput.WriteLineAsync(JsonLines.Request(1, "1"));
            await tool.Process.StandardInput.FlushAsync();
            (await tool.Process.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        }

        tool.Interrupt();

        // Without --jsonl nothing tells that it listens yet: before that, the signal's default ends it.
        await ShouldEndAsync(tool, jsonl ? [130] : [130, 128 + 2]);
    }

    [TestCase("while True:\n    pass")]
    [TestCase("sum(range(10 ** 13))")]
    [TestCase("try:\n    while True:\n        pass\nexcept BaseException:\n    while True:\n        pass")]
    public async Task Repl_BusyCell_Ends(string code)
    {
        using FakeModelServer server = FakeModelServer.Saying("go");
        using ToolProcess tool = ToolProcess.Start(["repl", "--jsonl", "--model", "m", "--base-url", server.Url]);
        await tool.Process.StandardInput.WriteLineAsync(JsonLines.Request(1, "llm_query('ready?')\n" + code));
        await tool.Process.StandardInput.FlushAsync();
        await server.Asked.WaitAsync(ToolProcess.Patience);
        await tool.WaitUntilBusyAsync(TimeSpan.FromMilliseconds(300));

        tool.Interrupt();

        await ShouldEndAsync(tool, [130]);
    }

    [Test]
    public async Task Repl_SleepingCell_Ends()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, null));
        using ToolProcess tool = ToolProcess.Start(["repl", "--jsonl", "--model", "m", "--base-url", server.Url]);
        await tool.Process.StandardInput.WriteLineAsync(JsonLines.Request(1, "llm_query('never answered')"));
        await tool.Process.StandardInput.FlushAsync();
        await server.Asked.WaitAsync(ToolProcess.Patience);

        tool.Interrupt();

        await ShouldEndAsync(tool, [130]);
    }

    [Test]
    public async Task Ask_WaitingForTheModel_Ends([Values] bool terminate)
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (200, null));
        using ToolProcess tool = ToolProcess.Start(["ask", "--model", "m", "--base-url", server.Url, "--task", "x"]);
        tool.Process.StandardInput.Close();
        await server.Asked.WaitAsync(ToolProcess.Patience);

        if (terminate)
        {
            tool.Terminate();
        }
        else
        {
            tool.Interrupt();
        }

        await ShouldEndAsync(tool, [130]);
    }

    [Test]
    public async Task Niah_InTheMiddle_Ends()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nllm_query('x')\nwhile True: pass\n```");
        using ToolProcess tool = ToolProcess.Start(["niah", "--lines", "1000", "--model", "m", "--base-url", server.Url]);
        await server.Asked.WaitAsync(ToolProcess.Patience);

        tool.Interrupt();

        await ShouldEndAsync(tool, [130]);
    }

    private static async Task ShouldEndAsync(ToolProcess tool, int[] codes)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Outcome outcome = await tool.EndAsync();
        TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        TestContext.Out.WriteLine($"ended {took.TotalMilliseconds:0} ms after the signal");
        outcome.Code.ShouldBeOneOf(codes);
        outcome.Error.ShouldNotContain("   at ");
        took.ShouldBeLessThan(s_allowed);
    }
}
