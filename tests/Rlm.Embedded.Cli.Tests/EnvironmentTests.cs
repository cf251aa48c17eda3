using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class EnvironmentTests
{
    private static readonly string[] s_niah = ["niah", "--lines", "2000", "--json"];

    [Test]
    public async Task LibraryThatIsNotThere_Exits4AndNamesIt([Values("niah", "repl", "repl --jsonl", "doctor", "doctor --json")] string verb)
    {
        Dictionary<string, string?> environment = new() { ["RLM_PYTHON_LIBRARY"] = "/nowhere/libpython3.11.so.1.0" };

        Outcome outcome = await ToolProcess.RunAsync(verb.Split(' '), null, environment);

        outcome.Code.ShouldBe(4, outcome.ToString());
        (outcome.Error + outcome.Out).ShouldContain("/nowhere/libpython3.11.so.1.0");
        (outcome.Error + outcome.Out).ShouldContain("RLM_PYTHON_LIBRARY");
        outcome.Error.ShouldNotContain("   at ");
    }

    [Test]
    public async Task WrongHome_Exits4AndNamesIt()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string?> environment = new() { ["RLM_PYTHON_HOME"] = folder.Path };

        Outcome outcome = await ToolProcess.RunAsync(s_niah, null, environment);

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain(folder.Path);
        outcome.Error.ShouldContain("RLM_PYTHON_HOME");
    }

    [Test]
    public async Task LangC_TextStaysExact()
    {
        Dictionary<string, string?> environment = new() { ["LANG"] = "C", ["LC_ALL"] = "C" };
        byte[] line = System.Text.Encoding.UTF8.GetBytes("""{"id":"ü","code":"print('grün 漢 😀')"}""");

        Outcome outcome = await ToolProcess.RunAsync(["repl", "--jsonl"], line, environment);

        JsonElement answer = JsonLines.Read(outcome.Out).ShouldHaveSingleItem();
        answer.Text("id").ShouldBe("ü");
        answer.Text("stdout").ShouldBe("grün 漢 😀\n");
    }

    [Test]
    public async Task ReadOnlyFolderAndNoHome_Works()
    {
        Dictionary<string, string?> environment = new() { ["HOME"] = null, ["DOTNET_CLI_HOME"] = null, ["TMPDIR"] = null };

        Outcome outcome = await ToolProcess.RunAsync(s_niah, null, environment, "/proc/self");

        outcome.Code.ShouldBe(0, outcome.ToString());
    }

    [Test]
    public async Task TwoAtOnce_BothWork()
    {
        Outcome[] outcomes = await Task.WhenAll(ToolProcess.RunAsync(s_niah, null), ToolProcess.RunAsync(s_niah, null));

        outcomes.ShouldAllBe(outcome => outcome.Code == 0);
    }

    [Test]
    public async Task ClosedStdout_IsSaid()
    {
        Outcome outcome = await ToolProcess.ShellAsync("$RLM niah --lines 100 --json >&-");

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("could not be written to stdout");
    }

    [TestCase("repl --jsonl")]
    [TestCase("repl")]
    [TestCase("ask --model offline --task x")]
    public async Task ClosedStdin_IsAnEmptyOne(string line)
    {
        Outcome outcome = await ToolProcess.ShellAsync($"$RLM {line} <&-");

        outcome.Code.ShouldBe(0, outcome.ToString());
    }

    [Test]
    public async Task EverythingClosed_EndsWithItsCode()
    {
        Outcome outcome = await ToolProcess.ShellAsync("$RLM doctor <&- >&- 2>&-; echo $?");

        outcome.Out.ShouldBe("1\n");
    }

    [Test]
    public async Task StdoutToAFullDisk_IsSaid()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("there is no /dev/full here");
        }

        Outcome outcome = await ToolProcess.ShellAsync("$RLM niah --lines 100 --json > /dev/full");

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("stdout");
    }

    [Test]
    public async Task Doctor_Json_NamesThePython()
    {
        Dictionary<string, string?> environment = new() { ["OPENAI_API_KEY"] = "sk-not-to-be-shown" };

        Outcome outcome = await ToolProcess.RunAsync(["doctor", "--json"], null, environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldNotContain("sk-not-to-be-shown");
        JsonElement report = JsonDocument.Parse(outcome.Out).RootElement;
        JsonElement python = report.GetProperty("python");
        python.Text("version")!.ShouldStartWith("3.");
        python.Text("encoding").ShouldBe("utf-8");
        File.Exists(python.Text("library")).ShouldBeTrue();
        python.Text("why").ShouldNotBeNullOrEmpty();
        report.GetProperty("layers").EnumerateArray().Select(layer => layer.GetString()).ShouldContain("code-gate");
        report.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).ShouldBe(["OPENAI_API_KEY"]);
    }

    [Test]
    public async Task Doctor_Text_NamesThePython()
    {
        Outcome outcome = await ToolProcess.RunAsync("doctor");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldContain("libpython");
        outcome.Out.ShouldContain("layers");
    }

    [Test]
    public async Task Doctor_VirtualEnvironmentWithAPackageThatFails_SaysWhatATrustedSessionSees()
    {
        using TemporaryFolder folder = new();
        JsonElement python = JsonDocument.Parse((await ToolProcess.RunAsync("doctor", "--json")).Out).RootElement.GetProperty("python");
        string version = string.Join('.', python.Text("version")!.Split('.')[..2]);
        string packages = Directory.CreateDirectory(Path.Combine(folder.Path, "lib", $"python{version}", "site-packages")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "pyvenv.cfg"), $"home = {python.Text("home")}/bin\nversion = {version}.0\n");
        await File.WriteAllTextAsync(Path.Combine(packages, "numpy.py"), "raise ValueError('made for another Python')");
        await File.WriteAllTextAsync(Path.Combine(packages, "editable.pth"), "import nothing\n");

        Outcome outcome = await ToolProcess.RunAsync(["doctor"], null, new Dictionary<string, string?> { ["VIRTUAL_ENV"] = folder.Path, ["RLM_PYTHON_HOME"] = null });

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldContain($"packages   {packages}\n");
        outcome.Out.ShouldContain($"not run: {packages}/editable.pth");
        outcome.Out.ShouldContain("numpy cannot be imported: ValueError: made for another Python, pandas not installed\n");
    }

    [Test]
    public async Task Doctor_VirtualEnvironmentOfNoPython_SaysWhyItIsNotUsed()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "pyvenv.cfg"), "home = /gone/bin\nversion = 3.11.2\n");

        Outcome outcome = await ToolProcess.RunAsync(["doctor"], null, new Dictionary<string, string?> { ["VIRTUAL_ENV"] = folder.Path });

        outcome.Out.ShouldContain($"not used: {folder.Path}: its base '/gone/bin' has no Python 3.11");
    }

    [TestCase("--packages /nowhere/at/all", "/nowhere/at/all")]
    [TestCase("--allow-module numpy --profile required", "required")]
    [TestCase("--allow-module numpy --profile trusted", "--profile restricted")]
    [TestCase("--pythonpath", "--profile trusted")]
    [TestCase("--allow-module numpy.linalg", "numpy.linalg")]
    public async Task PackageFlags_Wrong_ExitWithWhatToDo(string flags, string words)
    {
        Outcome outcome = await ToolProcess.RunAsync([.. $"repl --jsonl {flags}".Split(' ')], "{\"id\":1,\"code\":\"1\"}\n"u8.ToArray());

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldContain(words);
    }

    [TestCase("--help")]
    [TestCase("niah --help")]
    [TestCase("repl --help")]
    [TestCase("--version")]
    public async Task HelpAndVersion_Exit0(string line)
    {
        Outcome outcome = await ToolProcess.RunAsync(line.Split(' '));

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldNotBeEmpty();
    }
}
