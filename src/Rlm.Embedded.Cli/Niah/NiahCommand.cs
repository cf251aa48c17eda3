using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>The verb `niah`.</summary>
internal static class NiahCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Verb command = new("niah", "hides a number in a million lines, has it found, and says where the time went; needs no key")
        {
            Examples = [("rlm niah --lines 20000 -m openai/gpt-5-mini", "with a model; without -m the first one that has a key, else a scripted stand-in")],
        };
        Option<long?> lines = Flag.Count(1, Haystack.MostLines, "Lines of the haystack. Default 1,000,000.", "--lines");
        Option<long?> seed = Flag.Count(long.MinValue, long.MaxValue, "The same seed makes the same haystack. Default 1.", "--seed");
        Option<long?> repeat = Flag.Count(0, 100_000, "Further runs on the same haystack, for warm times. Default 0.", "--repeat");
        Option<bool> json = Flag.Switch("One JSON object on stdout.", "--json");
        Option<bool> verbose = Flag.Switch("Show code and output of each cell.", "--verbose", "-v");
        ModelFlags model = new();
        Verb.Add(command, "Haystack", lines, seed, repeat);
        model.AddTo(command);
        Verb.Add(command, "Output", json, verbose);
        command.SetAction(line =>
        {
            NiahSettings settings = new(
                (int)(line.GetValue(lines) ?? 1_000_000),
                line.GetValue(seed) ?? 1,
                (int)(line.GetValue(repeat) ?? 0),
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
