using System.CommandLine;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>The verb `repl`.</summary>
internal static class ReplCommand
{
    private const long MostMebibytes = 1 << 20;
    private const int MostCharacters = 1 << 30;

    public static Command Create(Terminal terminal, CancellationToken cancellationToken)
    {
        Command command = new("repl", "The Python session that a model works in, for you: interactive, or as JSON lines for programs.");
        Option<bool> jsonl = new("--jsonl") { Description = "Read {\"id\", \"code\"} objects, one a line; write one result a line." };
        Option<string?> context = new("--context") { Description = "The file or folder that the variable `context` holds.", HelpName = "FILE" };
        SandboxFlags sandbox = new();
        Option<double?> timeout = new("--cell-timeout") { Description = "Seconds a cell may run, sub-calls not counted. Default 60.", HelpName = "SECONDS" };
        Option<long?> memory = new("--memory") { Description = "MiB that a session's objects may take. Default 2048.", HelpName = "MIB" };
        Option<long?> output = new("--max-output") { Description = "Characters of output kept per cell. Default 20000.", HelpName = "CHARS" };
        ModelFlags model = new();
        VariableFlags variables = new();
        command.Add(jsonl);
        command.Add(context);
        model.AddTo(command);
        sandbox.AddTo(command);
        command.Add(timeout);
        command.Add(memory);
        command.Add(output);
        variables.AddTo(command);
        Option<bool> verbose = new("--verbose", "-v") { Description = "Tell retries, and say more when something fails." };
        command.Add(verbose);
        command.SetAction(line =>
        {
            ReplLimits limits = new();
            limits = limits with
            {
                CellTimeout = line.GetValue(timeout) is { } seconds ? Numbers.Seconds(seconds, "--cell-timeout") : limits.CellTimeout,
                Memory = line.GetValue(memory) is { } mebibytes ? Numbers.Within(mebibytes, 1, MostMebibytes, "--memory") << 20 : limits.Memory,
                OutputCharacters = line.GetValue(output) is { } characters ? (int)Numbers.Within(characters, 2, MostCharacters, "--max-output") : limits.OutputCharacters,
            };
            ReplSessionOptions options = sandbox.Read(line).ApplyTo(new ReplSessionOptions
            {
                Context = line.GetValue(context) is { } file ? ContextFile.Open(file, "--context") : RlmContext.FromText(""),
                SubCalls = SubCalls(model, line, terminal, line.GetValue(verbose)),
                Limits = limits,
            });
            VariablePaths paths = variables.Read(line);
            if (paths.AreGiven && line.GetValue(jsonl))
            {
                throw new UsageException("--save and --restore are for one session; --jsonl may hold many. Leave them out.");
            }

            Stream input = Terminal.OpenIn();
            Task<int> run = line.GetValue(jsonl)
                ? new JsonLinesRepl(options, terminal).RunAsync(input, cancellationToken)
                : new InteractiveRepl(options, paths, terminal).RunAsync(input, cancellationToken);
            return run.GetAwaiter().GetResult();
        });
        return command;
    }

    private static ISubCallHandler SubCalls(ModelFlags flags, ParseResult line, Terminal terminal, bool verbose) =>
        flags.Name(line) is not { } name ? new EchoSubCalls() : new ModelSubCalls(ModelChoice.Named(name, flags.Options(line, terminal, verbose)).Client, name);
}
