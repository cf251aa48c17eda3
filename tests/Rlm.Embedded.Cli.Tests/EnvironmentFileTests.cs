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
        outcome.Error.ShouldContain("'.env' sets OPENAI_API_KEY");
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

    [TestCase("hidden", 1)]
    [TestCase("A=1\n\n# comment\nhidden and more\n", 4)]
    [TestCase("=hidden", 1)]
    [TestCase("A B=hidden", 1)]
    [TestCase("1A=hidden", 1)]
    [TestCase("A-B=hidden", 1)]
    [TestCase("\u001b[31mA=hidden", 1)]
    [TestCase("A\0=hidden", 1)]
    [TestCase("A=hidden\0", 1)]
    [TestCase("\0\0\0", 1)]
    [TestCase("A=1\nB='hidden\nC=1\n", 2)]
    [TestCase("A=\"hidden\nhidden\"\nhidden\n", 3)]
    [TestCase("\"\n", 1)]
    public void EnvFile_LineThatIsNoAssignment_IsToldByItsNumber(string contents, int line)
    {
        using TemporaryFolder folder = new();

        Outcome outcome = ToolInProcess.Run("models", "-v", "--env-file", folder.Write("x", contents));

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldStartWith($"rlm: --env-file: line {line} of '");
        outcome.Error.ShouldNotContain("hidden");
        outcome.Error.ShouldNotContain("\u001b");
        outcome.Error.ShouldNotContain("Exception");
    }

    [TestCase("", "nothing that is not set already")]
    [TestCase("  # A=1\n\n", "nothing that is not set already")]
    [TestCase("RLM_TEST_A='one\ntwo = \\'2\\'\n'\nexport RLM_TEST_B=\nRLM_TEST_C=a=b'\n", "RLM_TEST_A, RLM_TEST_B, RLM_TEST_C")]
    public async Task EnvFile_Assignments_AreRead(string contents, string told)
    {
        using TemporaryFolder folder = new();

        Outcome outcome = await ToolProcess.RunAsync("models", "-v", "--env-file", folder.Write("x", contents));

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldContain($"sets {told}.");
    }

    [Test]
    public async Task EnvFile_Pipe_IsReadOnce()
    {
        Outcome outcome = await ToolProcess.ShellAsync("printf 'RLM_TEST_A=1\\n' | $RLM models -v --env-file /dev/stdin");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldContain("sets RLM_TEST_A.");
    }
}
