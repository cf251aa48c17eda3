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

    [TestCase("repl --restore {0}")]
    [TestCase("ask --model offline --task x --restore {0}")]
    [TestCase("ask --task x --replay {0}")]
    [TestCase("ask --model offline --task x --record {0}")]
    [TestCase("models --env-file {0}")]
    [TestCase("export {0}")]
    [TestCase("repl --context {0} --context {0}")]
    public void File_ThatIsAFolder_IsToldSo(string line)
    {
        using TemporaryFolder folder = new();

        Outcome outcome = ToolInProcess.Run([.. line.Split(' ').Select(word => string.Format(word, folder.Path)), "-v"]);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain($"'{folder.Path}' is a folder");
        outcome.Error.ShouldContain(line.StartsWith("export", StringComparison.Ordinal) ? "FILE: " : $"{line.Split(' ').Last(word => word.StartsWith("--", StringComparison.Ordinal))}: ");
        outcome.Error.ShouldNotContain("Exception");
        outcome.Error.ShouldNotContain("UnauthorizedAccess");
    }

    [TestCase("repl --restore {0}/no")]
    [TestCase("ask --task x --replay {0}/no")]
    [TestCase("models --env-file {0}/no")]
    [TestCase("export {0}/no")]
    [TestCase("repl --context {0}/x --context {0}/no")]
    public void File_ThatIsNotThere_IsToldSo(string line)
    {
        using TemporaryFolder folder = new();
        folder.Write("x", "text");

        Outcome outcome = ToolInProcess.Run([.. line.Split(' ').Select(word => string.Format(word, folder.Path)), "-v"]);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain($"there is no file '{folder.Path}/no");
        outcome.Error.ShouldNotContain("Exception");
    }

    [Test]
    public void Context_SeveralThatAreWrong_AreAllTold()
    {
        using TemporaryFolder folder = new();

        Outcome outcome = ToolInProcess.Run("repl", "--context", folder.Path, "--context", "no-file");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldStartWith($"rlm: --context: '{folder.Path}' is a folder; where --context is given several times each must be a file.");
        outcome.Error.ShouldContain("there is no file 'no-file'");
    }

    [Test]
    public void Record_FolderThatIsNotThere_SaysWhatToDo()
    {
        Outcome outcome = ToolInProcess.Run("ask", "--model", "offline", "--task", "x", "--record", "/nonexist/c", "-v");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldBe("rlm: --record: nothing can be written to '/nonexist/c'. Name a place in a folder that exists and that you may write to.\n");
    }

    [TestCase("{\"kind\": \"cassette\"}\n{}\n", "no line with the \"type\"")]
    [TestCase("[1]\n", "no JSON object")]
    [TestCase("plain text\n", "no JSON, or is cut off")]
    [TestCase("{\"type\": \"metadata\", \"run_i", "no JSON, or is cut off")]
    [TestCase("{\"type\": \"metadata\"}\n", "without a field")]
    [TestCase("{\"type\": \"metadata\", \"root_model\": \"m\"}\nno\nno\n", "no JSON, or is cut off")]
    [TestCase("\0\u0001\n\n", "no JSON, or is cut off")]
    [TestCase("", "holds no run")]
    public void Export_NoTrajectory_IsToldInTheToolsWords(string contents, string told)
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("x.jsonl", contents);

        Outcome outcome = ToolInProcess.Run("export", file, "--to", Path.Combine(folder.Path, "out"));

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldStartWith($"rlm: '{file}' ");
        outcome.Error.ShouldContain(told);
        foreach (string foreign in (string[])["LineNumber", "BytePosition", "type discriminator", "System.", "deserializ", "RlmOptions"])
        {
            outcome.Error.ShouldNotContain(foreign);
        }

        Directory.Exists(Path.Combine(folder.Path, "out")).ShouldBeFalse();
    }

    [TestCase("offline")]
    [TestCase("OFFLINE")]
    [TestCase(" Offline ")]
    public async Task Offline_InAnyCasing_IsLabelledAsTheStandIn(string name)
    {
        Outcome outcome = await ToolProcess.RunAsync(["ask", "--model", name, "--task", "What is the magic number?"], "The magic number is 42"u8.ToArray());

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldContain("scripted stand-in, not a language model");
    }

    [Test]
    public void Help_OfNoCommand_PointsOn()
    {
        Outcome outcome = ToolInProcess.Run("help", "nonsense");

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldBe("rlm: there is no command 'nonsense'.\nrlm: `rlm help` lists the commands.\n");
    }
}
