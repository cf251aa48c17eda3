using System.CommandLine;

namespace Rlm.Embedded.Cli.Tests;

public sealed class HelpTests
{
    private static readonly string[] s_verbs = ["ask", "niah", "repl", "models", "export", "doctor", "help"];

    [TestCase]
    [TestCase("help")]
    [TestCase("--help")]
    [TestCase("-h")]
    public void Tool_ByItself_ShowsItsCommandsAndFirstSteps(params string[] line)
    {
        Outcome outcome = ToolInProcess.Run(line);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldBeEmpty();
        outcome.Out.ShouldContain("rlm ask \"");
        ToolInProcess.CommandLine().Subcommands.Select(command => command.Name).ShouldBe(s_verbs, ignoreOrder: true);
        foreach (string verb in s_verbs)
        {
            outcome.Out.ShouldContain($"\n  {verb} ");
        }
    }

    [Test]
    public void Help_OfAVerb_IsTheSameBothWaysAndNamesEachFlag([ValueSource(nameof(s_verbs))] string verb)
    {
        Outcome help = ToolInProcess.Run("help", verb);

        help.Code.ShouldBe(0, help.ToString());
        ToolInProcess.Run(verb, "--help").Out.ShouldBe(help.Out);
        Command command = ToolInProcess.CommandLine().Subcommands.Single(candidate => candidate.Name == verb);
        foreach (string flag in command.Options.SelectMany(option => option.Aliases.Append(option.Name)))
        {
            help.Out.ShouldContain(flag);
        }
    }

    [Test]
    public void Help_AtAnyWidth_FitsAndBreaksNoWord([ValueSource(nameof(s_verbs))] string verb, [Values(40, 60, 80, 200)] int width)
    {
        foreach (string[] line in new string[][] { ["help", verb], ["help"] })
        {
            string shown = ToolInProcess.Run(width, line).Out;
            string[] words = [.. shown.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];

            words.ShouldBe(ToolInProcess.Run(1000, line).Out.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
            shown.Split('\n').Where(row => row.Length > width && !row.StartsWith("  ", StringComparison.Ordinal) && row.Contains(' ', StringComparison.Ordinal)).ShouldBeEmpty();
            if (width >= 60)
            {
                shown.Split('\n').Where(row => row.Length > width && !row.StartsWith("  rlm", StringComparison.Ordinal) && !row.StartsWith("  cat", StringComparison.Ordinal)).ShouldBeEmpty();
            }
        }
    }

    [Test]
    public void Version_IsOneLine()
    {
        Outcome outcome = ToolInProcess.Run("--version");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.Trim().ShouldMatch(@"^\d+\.\d+\.\d+\S*$");
    }
}
