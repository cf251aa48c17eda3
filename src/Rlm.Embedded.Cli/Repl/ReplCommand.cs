using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.Repl.Editing;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>The verb `repl`.</summary>
internal static class ReplCommand
{
    private const long MostMebibytes = 1 << 20;
    private const int MostCharacters = 1 << 30;

    public static Command Create(Terminal terminal, Interruption interruption)
    {
        Verb command = new("repl", "the Python session that a model works in, for you: a prompt, a program from a pipe, or JSON lines for programs")
        {
            Examples =
            [
                ("rlm repl --context book.txt", "a prompt; the text is in `context`, exit ends it"),
                ("rlm repl -m openai/gpt-5-mini --save vars", "llm_query asks that model; variables are kept"),
                ("rlm repl --context book.txt < program.py", "runs a program"),
            ],
        };
        Option<string[]> context = new("--context") { Description = "The file or folder that `context` holds; of several files, each with a --context of its own, a dict from name to text.", HelpName = "FILE" };
        SandboxFlags sandbox = new();
        Option<TimeSpan?> timeout = Flag.Seconds("Seconds a cell may run, sub-calls not counted. Default 60.", "--cell-timeout");
        Option<long?> memory = Flag.Count(1, MostMebibytes, "MiB that the session's objects may take. Default 2048.", "--memory");
        Option<long?> output = Flag.Count(2, MostCharacters, "Characters shown of what a cell prints, head and tail. Default 20000.", "--max-output");
        Option<bool> jsonl = Flag.Switch("Read {\"id\", \"code\"} objects, one a line; write one result a line.", "--jsonl");
        Option<bool> noHistory = Flag.Switch("Keep no history of what is typed. Else it is in the user's data folder, or in the file that RLM_HISTORY names.", "--no-history");
        Option<bool> verbose = Flag.Switch("Tell retries, and say more when something fails.", "--verbose", "-v");
        ModelFlags model = new();
        VariableFlags variables = new();
        Verb.Add(command, "Session", context, timeout, memory, output);
        sandbox.AddTo(command);
        model.AddTo(command);
        variables.AddTo(command);
        Verb.Add(command, "Input and output", jsonl, noHistory, verbose);
        command.SetAction(line =>
        {
            ReplLimits limits = new();
            limits = limits with
            {
                CellTimeout = line.GetValue(timeout) ?? limits.CellTimeout,
                Memory = line.GetValue(memory) is { } mebibytes ? mebibytes << 20 : limits.Memory,
                OutputCharacters = (int)(line.GetValue(output) ?? limits.OutputCharacters),
            };
            VariablePaths paths = variables.Read(line);
            if (paths.AreGiven && line.GetValue(jsonl))
            {
                throw new UsageException("--save and --restore are for one session; --jsonl may hold many. Leave them out.");
            }

            ChosenModel? chosen = model.Name(line) is { } name ? ModelChoice.Named(name, model.Options(line, terminal, line.GetValue(verbose))) : null;
            ReplSessionOptions options = sandbox.Read(line).ApplyTo(new ReplSessionOptions
            {
                Context = Context(line.GetValue(context) ?? []),
                SubCalls = chosen is null ? new EchoSubCalls() : new ModelSubCalls(chosen.Client, chosen.Name),
                Limits = limits,
            });
            ReplSettings settings = new(options, paths, chosen?.Name, line.GetValue(noHistory) ? null : History.DefaultFile());
            interruption.KeepsAtEnd = paths.Save is not null;
            Task<int> run = line.GetValue(jsonl)
                ? new JsonLinesRepl(options, terminal).RunAsync(Terminal.OpenIn(), interruption.Token)
                : new InteractiveRepl(settings, terminal, interruption).RunAsync(interruption.Token);
            return run.GetAwaiter().GetResult();
        });
        return command;
    }

    private static RlmContext Context(string[] files) => files switch
    {
        [] => RlmContext.FromText(""),
        _ when Array.Exists(files, file => file == "-") => throw new UsageException("--context -: stdin holds the code. Name a file, or a pipe such as <(command)."),
        [var file] => ContextFile.Open(file, "--context"),
        _ => ContextFile.Open(files, "--context"),
    };
}
