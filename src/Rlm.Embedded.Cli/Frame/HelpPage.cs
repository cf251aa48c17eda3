using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>What `rlm`, `rlm help VERB` and `rlm VERB --help` show.</summary>
internal static class HelpPage
{
    private const int Widest = 100;

    /// <summary>The tool as a whole: what it is for, what to type first, and the commands.</summary>
    public static void WriteOverview(Terminal terminal, Command root)
    {
        int width = Width(terminal);
        Write(terminal, Lines.Wrap(root.Description ?? "", width));
        Write(terminal, ["", "First steps", .. Examples(
        [
            ("rlm niah", "hides a number in a long text and has it found; needs no key"),
            ("rlm ask \"Who dies in chapter 3?\" -i book.txt -m openai/gpt-5-mini", "has a model answer"),
            ("rlm models", "which models there are, and what they need"),
            ("rlm doctor", "which Python is used, and which keys are set"),
        ], width)]);
        Write(terminal, ["", "Commands", .. Lines.Columns([.. root.Subcommands.Where(command => !command.Hidden).Select(command => (command.Name, command.Description ?? ""))], width)]);
        Write(terminal, ["", .. Lines.Wrap("`rlm help COMMAND` lists the flags of a command, `rlm --version` says which version this is. --env-file FILE reads variables such as keys from a file.", width)]);
    }

    /// <summary>One command.</summary>
    public static void Write(Terminal terminal, Command command)
    {
        if (command is RootCommand)
        {
            WriteOverview(terminal, command);
            return;
        }

        int width = Width(terminal);
        Write(terminal, Lines.Wrap(command.Description ?? "", width));
        string arguments = string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? $" {argument.Name.ToUpperInvariant()}" : $" [{argument.Name.ToUpperInvariant()}]"));
        Write(terminal, ["", $"rlm {command.Name}{arguments} [flags]"]);
        IEnumerable<(string Name, string Text)> described = command.Arguments.Where(argument => argument.Description is not null).Select(argument => (argument.Name.ToUpperInvariant(), argument.Description!));
        Write(terminal, Lines.Columns([.. described], width));
        IEnumerable<(string Heading, Option[] Flags)> sections = command is Verb verb ? verb.Sections : [("Flags", [.. command.Options])];
        foreach ((string heading, Option[] flags) in sections)
        {
            Write(terminal, ["", heading, .. Lines.Columns([.. flags.Where(IsShown).Select(flag => (Names(flag), Description(flag)))], width)]);
        }

        if (command is Verb { Examples.Length: > 0 } shown)
        {
            Write(terminal, ["", "Examples", .. Examples(shown.Examples, width)]);
        }
    }

    private static int Width(Terminal terminal) => Math.Min(terminal.Width, Widest);

    private static void Write(Terminal terminal, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            terminal.Out.WriteLine(line);
        }
    }

    /// <summary>Lines to type are never broken.</summary>
    private static IEnumerable<string> Examples(IEnumerable<(string Line, string Does)> examples, int width)
    {
        foreach ((string line, string does) in examples)
        {
            yield return $"  {line}";
            foreach (string text in Lines.Wrap(does, width - 6))
            {
                yield return $"      {text}";
            }
        }
    }

    private static bool IsShown(Option flag) => !flag.Hidden && flag is not HelpOption;

    /// <summary>The values there are, where there are few.</summary>
    private static string Choices(Option flag) =>
        string.Join('|', flag.GetCompletions(CompletionContext.Empty).Select(choice => choice.Label)) is { Length: > 0 } choices ? choices : "VALUE";

    private static string Description(Option flag) =>
        flag is { HasDefaultValue: true, Description: { } said } && flag.ValueType == typeof(string) && !said.Contains("Default", StringComparison.Ordinal) ? $"{said} Default {flag.GetDefaultValue()}." : flag.Description ?? "";

    private static string Names(Option flag)
    {
        string names = string.Join(", ", flag.Aliases.Append(flag.Name).OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal));
        return flag.ValueType == typeof(bool) ? names : $"{names} {flag.HelpName ?? Choices(flag)}";
    }
}
