using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics;
using Rlm.Embedded.Cli.Ask;
using Rlm.Embedded.Cli.Catalogue;
using Rlm.Embedded.Cli.Doctor;
using Rlm.Embedded.Cli.Export;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Cli.Niah;
using Rlm.Embedded.Cli.Repl;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The command line, and what every verb has in common: exit codes, messages, interruption.</summary>
internal static class Tool
{
    /// <summary>When the tool began, for its own time split.</summary>
    public static long Started { get; } = Stopwatch.GetTimestamp();

    public static int Run(string[] args)
    {
        _ = Started;
        Terminal terminal = new();
        Interruption interruption = Interruption.Listen();
        bool verbose = args.Any(arg => arg is "-v" or "--verbose");
        try
        {
            ParseResult line = CommandLine(terminal, interruption)
                .Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (line.Action is ParseErrorAction)
            {
                return Refuse(terminal, line);
            }

            int code = line.Invoke(new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : code;
        }
        catch (Exception exception)
        {
            int code = interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : CodeOf(exception);
            terminal.Say(MessageOf(code, exception));
            if (verbose)
            {
                Explain(terminal, exception);
            }

            return code;
        }
    }

    private static RootCommand CommandLine(Terminal terminal, Interruption interruption)
    {
        CancellationToken cancellationToken = interruption.Token;
        RootCommand root = new("Answers questions about texts of any length: a model explores the text with Python inside this process.");
        AskCommand.AddTo(root, terminal, cancellationToken);
        root.Add(NiahCommand.Create(terminal, cancellationToken));
        root.Add(AskCommand.Create(terminal, cancellationToken));
        root.Add(ReplCommand.Create(terminal, interruption));
        root.Add(ModelsCommand.Create(terminal, cancellationToken));
        root.Add(ExportCommand.Create(terminal));
        root.Add(DoctorCommand.Create(terminal, cancellationToken));
        return root;
    }

    private static int Refuse(Terminal terminal, ParseResult line)
    {
        foreach (string message in line.Errors.Select(error => InPlainWords(error.Message)).Distinct(StringComparer.Ordinal))
        {
            terminal.Say(message);
        }

        string verb = line.CommandResult.Command is RootCommand ? "" : line.CommandResult.Command.Name + " ";
        terminal.Say($"`rlm {verb}--help` lists what is possible.");
        return ExitCode.Usage;
    }

    private static string InPlainWords(string message) => message
        .Replace(" as expected type 'System.Nullable`1[System.", " as expected type 'System.", StringComparison.Ordinal)
        .Replace("]'.", "'.", StringComparison.Ordinal)
        .Replace(" as expected type 'System.Int64'", ": a whole number is expected", StringComparison.Ordinal)
        .Replace(" as expected type 'System.Double'", ": a number is expected", StringComparison.Ordinal)
        .Replace(" as expected type 'System.Decimal'", ": a number is expected", StringComparison.Ordinal);

    private static int CodeOf(Exception exception) => exception switch
    {
        UsageException or RlmContextException => ExitCode.Usage,
        RlmConfigurationException => ExitCode.NotConfigured,
        _ => ExitCode.Unexpected,
    };

    private static string MessageOf(int code, Exception exception) => (code, exception) switch
    {
        (ExitCode.Interrupted, _) => "interrupted",
        (_, UsageException or RlmException) => exception.Message + ToolRemedy.Of(exception),
        (_, ClosedOutputException) => $"the result could not be written to stdout: {exception.Message}. Redirect it to a file with room or a program that reads all of it.",
        (_, OutOfMemoryException) => "out of memory. Use a smaller input or give the process more memory.",
        _ => $"unexpected {exception.GetType().Name}: {exception.Message} Run again with -v for more, and please report it.",
    };

    private static void Explain(Terminal terminal, Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            terminal.Error.WriteLine($"  {cause.GetType().FullName}: {cause.Message}");
        }
    }
}
