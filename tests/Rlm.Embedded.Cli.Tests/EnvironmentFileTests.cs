using System.Text;

namespace Rlm.Embedded.Cli.Tests;

public sealed class EnvironmentFileTests
{
    private const string Key = "planted-key-5f2c9d81e7";

    private static readonly byte[] s_text = Encoding.UTF8.GetBytes("The magic number is 42\n");

    [TestCase("OPENAI_API_KEY={0}")]
    [TestCase("export OPENAI_API_KEY={0}")]
    [TestCase("# keys\n\nOPENAI_API_KEY=\"{0}\" # mine\nOTHER='x'\n")]
    [TestCase("  OPENAI_API_KEY = {0}  \r\n")]
    public async Task EnvFile_Asked_GivesTheKeyWhichIsNeverShown(string form)
    {
        using TemporaryFolder folder = new();
        folder.Write(".env", string.Format(form, Key));
        using FakeModelServer server = FakeModelServer.Saying("```python\nimport os\nFINAL('nothing')\n```", "FINAL(done)");
        Dictionary<string, string?> environment = new() { ["OPENAI_BASE_URL"] = server.Url };

        Outcome outcome = await ToolProcess.RunAsync(["ask", "--task", "?", "--model", "openai/m", "-v", "--env-file"], s_text, environment, folder.Path);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.ShouldAllBe(request => request.Authorization == $"Bearer {Key}");
        outcome.ToString().ShouldNotContain(Key);
        outcome.Error.ShouldContain(".env sets OPENAI_API_KEY");
    }

    [Test]
    public async Task EnvFile_VariableThatIsSet_Stays()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("my.env", "OPENAI_API_KEY=other\n");
        using FakeModelServer server = FakeModelServer.Saying("ok");
        Dictionary<string, string?> environment = new() { ["OPENAI_BASE_URL"] = server.Url, ["OPENAI_API_KEY"] = Key };

        Outcome outcome = await ToolProcess.RunAsync(["models", "--check", "openai/m", "--env-file", file], null, environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.ShouldHaveSingleItem().Authorization.ShouldBe($"Bearer {Key}");
    }

    [Test]
    public async Task EnvFile_NotAsked_IsNotRead()
    {
        using TemporaryFolder folder = new();
        folder.Write(".env", $"OPENAI_API_KEY={Key}\n");

        Outcome outcome = await ToolProcess.RunAsync(["models", "--check", "openai/m"], null, null, folder.Path);

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("Set OPENAI_API_KEY, or have it read from a file with --env-file FILE.");
    }

    [TestCase("no name or sign\n=x\n==\n\"\n'\n", 0)]
    [TestCase("\0\0\0", 0)]
    [TestCase("", 0)]
    [TestCase("A='never closed\n", 2)]
    public async Task EnvFile_OddContents_AreToldAtMost(string contents, int code)
    {
        using TemporaryFolder folder = new();

        Outcome outcome = await ToolProcess.RunAsync("models", "--env-file", folder.Write("x", contents));

        outcome.Code.ShouldBe(code, outcome.ToString());
        outcome.Error.ShouldNotContain("never closed");
    }
}
