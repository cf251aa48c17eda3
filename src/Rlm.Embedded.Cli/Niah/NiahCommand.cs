using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>The verb `niah`.</summary>
internal static class NiahCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Command command = new("niah", "Hides a number in a million lines, has it found, and says where the time went. Needs no key.");
        Option<long> lines = new("--lines") { Description = "Lines of the haystack.", DefaultValueFactory = _ => 1_000_000, HelpName = "N" };
        Option<long> seed = new("--seed") { Description = "The same seed makes the same haystack.", DefaultValueFactory = _ => 1, HelpName = "N" };
        Option<long> repeat = new("--repeat") { Description = "Further runs on the same haystack, for warm times.", HelpName = "N" };
        Option<bool> json = new("--json") { Description = "One JSON object on stdout." };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Show code and output of each cell." };
        ModelFlags model = new();
        command.Add(lines);
        command.Add(seed);
        model.AddTo(command);
        command.Add(repeat);
        command.Add(json);
        command.Add(verbose);
        command.SetAction(line =>
        {
            NiahSettings settings = new(
                (int)Numbers.Within(line.GetValue(lines), 1, Haystack.MostLines, "--lines"),
                line.GetValue(seed),
                (int)Numbers.Within(line.GetValue(repeat), 0, 100_000, "--repeat"),
                line.GetValue(json),
                line.GetValue(verbose));
            ChosenModel chosen = ModelChoice.NamedOrAvailable(model.Name(line), model.Options(line, terminal, settings.Verbose));
            NiahOutcome outcome = NiahRun.RunAsync(settings, chosen, terminal, cancellationToken).GetAwaiter().GetResult();
            if (settings.Json)
            {
                NiahJson.Write(terminal, outcome);
            }
            else
            {
                NiahTable.Write(terminal, outcome, settings.Repeat);
            }

            return outcome.Found ? ExitCode.Done : ExitCode.NoAnswer;
        });
        return command;
    }
}
