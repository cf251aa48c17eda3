using System.CommandLine;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>Every flag of every verb with wrong values: exit code 2, and a message with the flag, the value and what is allowed.</summary>
public sealed class FlagTests
{
    /// <summary>Wrong values of each flag, with words of what is allowed; <c>value|words</c>. A flag that is missing here fails the test.</summary>
    private static readonly Dictionary<string, string[]> s_wrong = new(StringComparer.Ordinal)
    {
        ["--model"] = ["|name a model", "nobody/x|Possible:", "no model|Possible:", "openai/|Possible:"],
        ["--sub-model"] = ["|name a model", "nobody/x|Possible:"],
        ["--model-as"] = ["|NAME=MODEL", "small|NAME=MODEL", "=openai/x|NAME=MODEL", "small=|NAME=MODEL", "small=nobody/x|Possible:"],
        ["--check"] = ["|name a model", "nobody/x|Possible:"],
        ["--base-url"] = ["|http://", "localhost:8000|http://", "example.com/v1|http://", "ftp://x/|http://", "http://|http://", "/v1|http://", "http://me:secret@host/|--key-from"],
        ["--key-from"] = ["|name an environment variable", "NO_SUCH_VARIABLE|Name one that holds the key"],
        ["--model-timeout"] = ["|seconds", "0|more than 0", "-1|more than 0", "x|seconds", "NaN|seconds", "Infinity|seconds", "1e999|seconds"],
        ["--task"] = ["|say what to find out", " |say what to find out"],
        ["--input"] = ["|text file", "/no/such/file|Check the path"],
        ["--max-steps"] = ["|1 to 100,000", "0|1 to 100,000", "x|1 to 100,000", "1.5|1 to 100,000", "-1|1 to 100,000", "99999999999999999999|1 to 100,000", "\u0663|1 to 100,000"],
        ["--max-depth"] = ["|0 to 100", "-1|0 to 100", "101|0 to 100"],
        ["--max-root-tokens"] = ["-1|0 to", "many|0 to"],
        ["--max-sub-tokens"] = ["-1|0 to", "1e6|0 to"],
        ["--max-sub-calls"] = ["-1|0 to", "2147483648|0 to"],
        ["--max-cost"] = ["|US dollars", "-0.1|US dollars", "NaN|US dollars", "$1|US dollars", "1e30|US dollars"],
        ["--max-time"] = ["0|seconds", "-5|seconds", "soon|seconds"],
        ["--price-in"] = ["-1|US dollars", "x|US dollars"],
        ["--price-out"] = ["-1|US dollars", "x|US dollars"],
        ["--window"] = ["999|1,000 to", "x|1,000 to"],
        ["--sub-window"] = ["0|1,000 to", "9999999999|1,000 to"],
        ["--max-output-tokens"] = ["0|from 1", "x|from 1"],
        ["--temperature"] = ["-0.1|0 to 2", "2.1|0 to 2", "NaN|0 to 2", "hot|0 to 2"],
        ["--record"] = ["|name a file", "/no/such/folder/x|folder"],
        ["--replay"] = ["|name a cassette", "/no/such/cassette|there is no file"],
        ["--log"] = ["|name a folder", "/proc/no|Name a place"],
        ["--restore"] = ["|name a file", "/no/such/file|there is no file"],
        ["--save"] = ["|name a file", "/no/such/folder/x|Name a place", "/dev/null|name a file", "/tmp|name a file"],
        ["--env-file"] = ["|name a file", "/no/such/.env|--env-file=FILE"],
        ["--lines"] = ["0|1 to 20,000,000", "many|1 to"],
        ["--seed"] = ["x|a whole number", "99999999999999999999|a whole number"],
        ["--repeat"] = ["-1|0 to 100,000"],
        ["--to"] = ["|name a folder"],
        ["--context"] = ["/no/such/file|Check the path"],
        ["--profile"] = ["lax|restricted", "|restricted", "-v|restricted"],
        ["--packages"] = ["/no/such/folder|no folder"],
        ["--allow-module"] = ["a.b|no top-level module", "|no top-level module"],
        ["--cell-timeout"] = ["0|more than 0", "x|give seconds"],
        ["--memory"] = ["0|from 1", "x|give a whole number"],
        ["--max-output"] = ["1|from 2", "x|give a whole number"],
    };

    private static IEnumerable<TestCaseData> Cases()
    {
        RootCommand root = ToolInProcess.CommandLine();
        foreach (Command command in root.Subcommands)
        {
            foreach (Option flag in command.Options.Concat(root.Options.Where(option => option.Recursive)).Where(option => option.ValueType != typeof(bool) && option.GetType().Namespace != "System.CommandLine.Help"))
            {
                foreach (string row in s_wrong.GetValueOrDefault(flag.Name) ?? ["no row in the table|"])
                {
                    string[] parts = row.Split('|', 2);
                    yield return new TestCaseData(command.Name, flag.Name, parts[0], parts[1]).SetName($"Flag_WrongValue_IsToldWithWhatIsAllowed({command.Name} {flag.Name} '{parts[0]}')");
                }
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Flag_WrongValue_IsToldWithWhatIsAllowed(string verb, string flag, string value, string allowed)
    {
        s_wrong.ShouldContainKey(flag, "a flag without wrong values in the table of this test");
        string[] needed = (verb, flag) switch
        {
            (_, "--model" or "--check" or "--replay") => [],
            ("ask", "--base-url" or "--key-from") => ["--model", "m"],
            ("models", _) => ["--check", "m"],
            ("niah" or "repl", "--base-url" or "--key-from") => ["--model", "m"],
            ("export", _) => ["file.jsonl"],
            ("ask", _) => ["--model", "offline"],
            _ => [],
        };
        string[] address = flag == "--key-from" ? ["--base-url", "http://127.0.0.1:9/v1"] : [];
        string[] task = verb == "ask" && flag != "--task" ? ["--task", "?"] : [];

        Outcome outcome = ToolInProcess.Run([verb, .. needed, .. address, .. task, flag, value]);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain(flag, Case.Sensitive);
        outcome.Error.ShouldContain(allowed, Case.Sensitive);
        outcome.Error.ShouldNotContain("System.");
        outcome.Error.ShouldNotContain("secret");
        if (value.Trim().Length > 0 && !value.Contains("secret", StringComparison.Ordinal))
        {
            outcome.Error.ShouldContain(allowed == "Possible:" ? value[(value.IndexOf('=') + 1)..] : value, Case.Sensitive);
        }
    }

    private static IEnumerable<TestCaseData> Flags()
    {
        foreach (Command command in ToolInProcess.CommandLine().Subcommands)
        {
            foreach (Option flag in command.Options.Where(option => option.ValueType != typeof(bool) && option.GetType().Namespace != "System.CommandLine.Help"))
            {
                yield return new TestCaseData(command.Name, flag.Name);
            }
        }
    }

    [TestCaseSource(nameof(Flags))]
    public void Flag_WithoutItsValue_IsToldWithWhatItNeeds(string verb, string flag)
    {
        Outcome outcome = ToolInProcess.Run([verb, flag]);

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Error.ShouldStartWith($"rlm: {flag} needs a value: ");
    }

    [TestCase("ask --max-step 5", "`rlm ask` has no flag '--max-step'. Did you mean `--max-steps`?")]
    [TestCase("ask --modle x", "Did you mean `--model`?")]
    [TestCase("ask --max_steps=5 what", "Did you mean `--max-steps`?")]
    [TestCase("ask --lines 5", "`rlm niah` has it")]
    [TestCase("niah --sub-model x", "`rlm ask` has it")]
    [TestCase("niah --line 5", "Did you mean `--lines`?")]
    [TestCase("models --jsno", "Did you mean `--json`?")]
    [TestCase("export --too x", "Did you mean `--to`?")]
    [TestCase("repl --cell-timout 5", "Did you mean `--cell-timeout`?")]
    [TestCase("--verbos", "Did you mean `--verbose`?")]
    [TestCase("aks", "there is no command 'aks'. Did you mean `rlm ask`?")]
    [TestCase("model", "Did you mean `rlm models`?")]
    [TestCase("help modles", "Did you mean `rlm models`?")]
    [TestCase("ASK", "Did you mean `rlm ask`?")]
    [TestCase("xyzzy", "there is no command 'xyzzy'.")]
    [TestCase("doctor now", "does not know what to do with 'now'")]
    [TestCase("export", "`rlm export` needs FILE")]
    [TestCase("ask --json --max-steps 1 --max-steps 2", "--max-steps is given more than once")]
    [TestCase("ask --task a b", "the question is given twice")]
    [TestCase("ask q --model offline --price-in 1", "--price-out is not given; give both")]
    [TestCase("ask q --model offline --max-depth 0 --save kept-by-nobody", "--max-depth is 0")]
    [TestCase("models --model-timeout 5", "--model-timeout needs --check")]
    [TestCase("models --base-url http://x/v1", "--base-url needs --check")]
    public void Line_ThatIsWrong_SaysWhatWasMeant(string line, string words)
    {
        Outcome outcome = ToolInProcess.Run(line.Split(' '));

        outcome.Code.ShouldBe(2, outcome.ToString());
        outcome.Out.ShouldBeEmpty();
        outcome.Error.ShouldContain(words, Case.Sensitive);
    }

    [Test]
    public void Line_WithSeveralFaults_TellsAllOfThem()
    {
        Outcome outcome = ToolInProcess.Run("ask", "--max-steps", "x", "--temperature", "9", "--base-url", "here");

        foreach (string flag in new[] { "--max-steps is 'x'", "--temperature is '9'", "--base-url is 'here'" })
        {
            outcome.Error.ShouldContain(flag);
        }
    }
}
