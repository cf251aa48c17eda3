using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The verb `ask`; its flags without a verb mean it too.</summary>
internal static class AskCommand
{
    public static Command Create(Terminal terminal, Interruption interruption)
    {
        Verb command = new("ask", "has a model answer a question about a text; the answer goes to stdout")
        {
            Examples =
            [
                ("rlm ask \"Who dies in chapter 3?\" -i book.txt -m openai/gpt-5-mini", "a question about a file"),
                ("cat *.log | rlm ask \"What went wrong?\" -m anthropic/claude-sonnet-4-5", "about a pipe"),
                ("rlm ask -i prompt.txt -m openai/gpt-5-mini", "a text that holds what to do with it: it asks for itself"),
            ],
        };
        Argument<string[]> words = new("question") { Description = "What to find out; --task says the same. Without it the text asks for itself.", Arity = ArgumentArity.ZeroOrMore };
        command.Add(words);
        AddTo(command, words, terminal, interruption);
        return command;
    }

    /// <summary>Lets the tool without a verb take the flags of this one.</summary>
    public static void AddTo(RootCommand root, Terminal terminal, Interruption interruption)
    {
        IReadOnlyList<Option> flags = AddTo(root, words: null, terminal, interruption);
        foreach (Option flag in flags)
        {
            flag.Hidden = true;
        }
    }

    private static IReadOnlyList<Option> AddTo(Command command, Argument<string[]>? words, Terminal terminal, Interruption interruption)
    {
        int others = command.Options.Count;
        ModelFlags model = new();
        VariableFlags variables = new();
        AskLimits limits = new();
        AskWindows windows = new();
        AskPrices prices = new();
        AskSampling sampling = new();
        SandboxFlags sandbox = new();
        var subModel = Flag.Text("name a model, or leave it out for --model", "MODEL", "The model that answers sub-calls. Default: --model.", "--sub-model");
        var named = NamedModels.Create();
        var task = Flag.Text("say what to find out", "TEXT", "The question.", "--task", "-t");
        var input = Flag.Text("name a text file or a folder", "FILE", "The text: a file or a folder of text files; - for stdin. Default: stdin when it is piped.", "--input", "-i");
        var verbose = Flag.Switch("Show code and output of each cell, why an answer was not taken, and more when something fails.", "--verbose", "-v");
        var json = Flag.Switch("One JSON object on stdout instead of the answer's text.", "--json");
        var record = Flag.Text("name a file", "FILE", "Write every model call to a new cassette, for --replay. No keys are in it.", "--record");
        var replay = Flag.Text("name a cassette", "FILE", "Answer every model call from a cassette: no network, no key. --model may be left out.", "--replay");
        var log = Flag.Text("name a folder", "DIR", "Write the run's trajectory to a new JSONL file in this folder. It holds all prompts, code and output.", "--log");
        Verb.Add(command, "Text", task, input);
        model.AddTo(command);
        Verb.Add(command, "Further models", [subModel, named, .. windows.Flags, .. sampling.Flags]);
        Verb.Add(command, "Limits", [.. limits.Flags, .. prices.Flags]);
        sandbox.AddTo(command);
        Verb.Add(command, "Output", json, verbose, log);
        variables.AddTo(command);
        Verb.Add(command, "Recordings", record, replay);
        command.SetAction(line =>
        {
            if (words is null && line.Tokens.Count == 0)
            {
                HelpPage.WriteOverview(terminal, command);
                return ExitCode.Done;
            }

            AskSettings settings = new()
            {
                Question = Question(line, words, task),
                Input = line.GetValue(input),
                MaxSteps = limits.StepsOf(line),
                Limits = limits.Read(line),
                Windows = windows.Read(line),
                Price = prices.Read(line),
                Sampling = sampling.Read(line),
                Verbose = line.GetValue(verbose),
                Json = line.GetValue(json),
                Log = line.GetValue(log),
                Variables = variables.Read(line),
                Sandbox = sandbox.Read(line),
            };
            if (settings.Variables.AreGiven && limits.IsWithoutSession(line))
            {
                throw new UsageException("--max-depth is 0, so there is no session with variables; leave --save and --restore out, or --max-depth.");
            }

            if (settings.Log is { } folder)
            {
                OutputTarget.CheckFolder(folder, log.Name);
            }

            if (settings is { Question: null, Input: null } && Terminal.InIsTerminal)
            {
                throw AskContext.NothingGiven();
            }

            if (settings.Input is not (null or "-"))
            {
                ContextFile.Open(settings.Input, input.Name);
            }

            ModelNames names = new(model.Name(line), line.GetValue(subModel), line.GetValue(named) ?? []);
            using AskModels models = (line.GetValue(record), line.GetValue(replay)) switch
            {
                (null, null) => AskModels.Live(names, model.Options(line, terminal, settings.Verbose)),
                ({ } file, null) => AskModels.Recorded(file, names, model.Options(line, terminal, settings.Verbose)),
                (null, { } file) => AskModels.Replayed(file, names),
                _ => throw new UsageException("--record and --replay exclude each other: a replay calls no model."),
            };
            interruption.KeepsAtEnd = settings.Variables.Save is not null;
            return AskRun.RunAsync(settings, models, terminal, interruption.Token).GetAwaiter().GetResult();
        });
        return [.. command.Options.Skip(others)];
    }

    /// <summary>The words behind the verb, or --task; null for none.</summary>
    private static string? Question(ParseResult line, Argument<string[]>? words, Option<string?> task)
    {
        string[] given = words is null ? [] : line.GetValue(words) ?? [];
        string question = string.Join(' ', given);
        return (question.Length > 0, line.GetValue(task)) switch
        {
            (true, not null) => throw new UsageException($"the question is given twice: {Flag.Shown(question)} and --task. Give one of them."),
            (true, null) => string.IsNullOrWhiteSpace(question) ? throw new UsageException("the question is blank; say what to find out.") : question,
            (false, { } text) => text,
            (false, null) => given.Length == 0 ? null : throw new UsageException("the question is empty; say what to find out, or leave it out to have the text ask for itself."),
        };
    }
}
