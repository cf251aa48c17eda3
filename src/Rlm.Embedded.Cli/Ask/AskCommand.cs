using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The verb `ask`, which is also what no verb means.</summary>
internal static class AskCommand
{
    private const int MostSteps = 100_000;
    private const int MostDepth = 100;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Command command = new("ask", "Has a model answer a question about a text. The answer goes to stdout.");
        AddTo(command, terminal, cancellationToken);
        return command;
    }

    public static void AddTo(Command command, Terminal terminal, CancellationToken cancellationToken)
    {
        ModelFlags model = new();
        VariableFlags variables = new();
        Option<string?> subModel = new("--sub-model") { Description = "The model that answers sub-calls. Default: --model.", HelpName = "MODEL" };
        Option<string?> task = new("--task", "-t") { Description = "What to find out.", HelpName = "TEXT" };
        Option<string?> input = new("--input", "-i") { Description = "The text to work on, a file or a folder of text files; - for stdin. Default: stdin when it is piped.", HelpName = "FILE" };
        Option<long> steps = new("--max-steps") { Description = "Turns the model may take.", DefaultValueFactory = _ => 30, HelpName = "N" };
        Option<long> depth = new("--max-depth") { Description = "Levels of sessions: 2 lets rlm_query open children.", DefaultValueFactory = _ => 1, HelpName = "N" };
        AskLimits limits = new();
        AskWindows windows = new();
        SandboxFlags sandbox = new();
        Option<bool> verbose = new("--verbose", "-v") { Description = "Show code and output of each cell, and more when something fails." };
        Option<bool> json = new("--json") { Description = "One JSON object on stdout instead of the answer's text." };
        Option<string?> record = new("--record") { Description = "Write every model call to a new cassette, for --replay. No keys are in it.", HelpName = "FILE" };
        Option<string?> replay = new("--replay") { Description = "Answer every model call from a cassette: no network, no key. --model may be left out.", HelpName = "FILE" };
        Option<string?> log = new("--log") { Description = "Write the run's trajectory to a new JSONL file in this folder. It holds all prompts, code and output.", HelpName = "DIR" };
        model.AddTo(command);
        command.Add(subModel);
        command.Add(task);
        command.Add(input);
        command.Add(steps);
        command.Add(depth);
        limits.AddTo(command);
        windows.AddTo(command);
        sandbox.AddTo(command);
        command.Add(verbose);
        command.Add(json);
        variables.AddTo(command);
        command.Add(record);
        command.Add(replay);
        command.Add(log);
        command.SetAction(line =>
        {
            if (line.GetValue(task) is not { } question || string.IsNullOrWhiteSpace(question))
            {
                throw new UsageException("there is no task. Pass --task \"what to find out\"; `rlm --help` lists what is possible.");
            }

            AskSettings settings = new(
                question,
                line.GetValue(input),
                (int)Numbers.Within(line.GetValue(steps), 1, MostSteps, "--max-steps"),
                (int)Numbers.Within(line.GetValue(depth), 1, MostDepth, "--max-depth"),
                limits.Read(line),
                windows.Read(line),
                line.GetValue(verbose),
                line.GetValue(json),
                File(log),
                variables.Read(line),
                sandbox.Read(line));
            string? name = model.Name(line);
            string? sub = line.GetValue(subModel);
            if (sub is not null && string.IsNullOrWhiteSpace(sub))
            {
                throw new UsageException("--sub-model is empty; name a model, or leave it out for --model.");
            }

            using AskModels models = (File(record), File(replay)) switch
            {
                (null, null) => AskModels.Live(name, sub, model.Options(line, terminal, settings.Verbose)),
                ({ } file, null) => AskModels.Recorded(file, name, sub, model.Options(line, terminal, settings.Verbose)),
                (null, { } file) => AskModels.Replayed(file, name, sub),
                _ => throw new UsageException("--record and --replay exclude each other: a replay calls no model."),
            };
            if (settings.Log is { } folder)
            {
                OutputTarget.CheckFolder(folder, log.Name);
            }

            return AskRun.RunAsync(settings, models, terminal, cancellationToken).GetAwaiter().GetResult();

            string? File(Option<string?> option) => line.GetValue(option) is not { } file ? null
                : file.Length > 0 ? file : throw new UsageException($"{option.Name} is empty; name one.");
        });
    }
}
