using System.CommandLine;
using System.CommandLine.Help;
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
        return Run(args, new Terminal(), Interruption.Listen());
    }

    /// <summary>Runs a command line and returns the exit code; nothing is thrown.</summary>
    public static int Run(string[] args, Terminal terminal, Interruption interruption)
    {
        bool verbose = args.Any(arg => arg is "-v" or "--verbose");
        try
        {
            Option<string?> environmentFile = EnvironmentFile.Create();
            ParseResult line = CommandLine(terminal, interruption, environmentFile)
                .Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (line.Action is ParseErrorAction || (line.Action is not HelpAction && WrongLine.HasFlagAsText(line)))
            {
                return Refuse(terminal, line);
            }

            if (line.Errors.Count == 0 && line.GetValue(environmentFile) is { } file)
            {
                EnvironmentFile.Read(file, terminal, verbose);
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
        catch (ClosedOutputException exception) when (exception.IsReaderGone)
        {
            return ExitCode.ReaderGone;
        }
        catch (Exception exception)
        {
            int code = interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : CodeOf(exception);
            terminal.Say(MessageOf(code, exception));
            if (verbose && code != ExitCode.Usage)
            {
                Explain(terminal, exception);
            }

            return code;
        }
    }

    /// <summary>All verbs and flags.</summary>
    public static RootCommand CommandLine(Terminal terminal, Interruption interruption, Option<string?> environmentFile)
    {
        RootCommand root = new("Answers questions about texts of any length: a model explores the text with Python inside this process.");
        root.Directives.Clear();
        root.Options.OfType<HelpOption>().Single().Action = new HelpAction(terminal);
        root.Add(environmentFile);
        AskCommand.AddTo(root, terminal, interruption);
        root.Add(AskCommand.Create(terminal, interruption));
        root.Add(NiahCommand.Create(terminal, interruption.Token));
        root.Add(ReplCommand.Create(terminal, interruption));
        root.Add(ModelsCommand.Create(terminal, interruption.Token));
        root.Add(ExportCommand.Create(terminal));
        root.Add(DoctorCommand.Create(terminal, interruption.Token));
        root.Add(HelpCommand.Create(root, terminal));
        return root;
    }

    private static int Refuse(Terminal terminal, ParseResult line)
    {
        foreach (string message in WrongLine.Messages(line))
        {
            terminal.Say(message);
        }

        terminal.Say(WrongLine.WhereToLook(line.CommandResult.Command));
        return ExitCode.Usage;
    }

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
            terminal.Error.WriteLine($"  {cause.GetType().FullName}: {Terminal.Clean(ToolWords.Of(cause.Message))}");
        }
    }
}
