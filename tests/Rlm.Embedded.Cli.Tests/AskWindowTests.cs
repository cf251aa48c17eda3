using System.Text;

namespace Rlm.Embedded.Cli.Tests;

public sealed class AskWindowTests
{
    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("The magic number is 42\r\n");

    [TestCase("own-model", new string[0], "not known: keep a prompt below 100,000 characters")]
    [TestCase("own-model", new[] { "--window", "16000" }, "may hold about 48,000 characters")]
    [TestCase("own-model", new[] { "--window", "16000", "--sub-window", "32000" }, "may hold about 96,000 characters")]
    [TestCase("own-model", new[] { "--sub-model", "other", "--window", "16000" }, "not known: keep a prompt below 100,000 characters")]
    [TestCase("gpt-4o", new string[0], "may hold about 384,000 characters")]
    public async Task Ask_Windows_AreToldToTheModel(string model, string[] flags, string expected)
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(42)\n```");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", model, "--base-url", server.Url, "--task", "?", .. flags], s_text);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.TryPeek(out (string?, string Body) sent).ShouldBeTrue();
        sent.Body.ShouldContain(expected);
        sent.Body.ShouldContain(@"a str of 24 characters in 1 line ending in `\\r\\n`");
        sent.Body.ShouldContain("1,000,000 of 1,000,000 tokens for sub-calls");
        outcome.Error.ShouldNotContain("window");
    }

    [Test]
    public async Task Ask_VerboseAndUnknownWindow_NamesTheFlag()
    {
        using FakeModelServer server = FakeModelServer.Saying("```python\nFINAL(42)\n```");

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "own-model", "--base-url", server.Url, "--task", "?", "-v"], s_text);

        outcome.Error.ShouldContain("how many tokens own-model takes in is not known");
        outcome.Error.ShouldContain("--window N");
    }

    [TestCase("--window", "0")]
    [TestCase("--sub-window", "999")]
    public async Task Ask_WindowOutOfRange_IsWrongUsage(string flag, string value)
    {
        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", "offline", "--task", "?", flag, value], s_text);

        outcome.Code.ShouldBe(2);
        outcome.Error.ShouldContain($"{flag} is '{value}'");
    }
}
