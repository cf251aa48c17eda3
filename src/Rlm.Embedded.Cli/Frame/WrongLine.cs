using System.CommandLine;
using System.CommandLine.Parsing;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>What is wrong with a command line, in words that say what to type instead.</summary>
internal static class WrongLine
{
    /// <summary>One message for each thing that is wrong.</summary>
    public static IEnumerable<string> Messages(ParseResult line)
    {
        List<string> messages = [.. FlagsAsText(line).Select(word => NoFlag(word, line.CommandResult.Command, line.RootCommandResult.Command) + " (Text that begins with a dash goes behind --.)"), .. Strangers(line)];
        foreach (ParseError error in line.Errors)
        {
            if (error.SymbolResult is CommandResult && line.UnmatchedTokens.Count > 0)
            {
                continue;
            }

            messages.Add(error.SymbolResult switch
            {
                OptionResult { Tokens.Count: 0, Option: var flag } => $"{flag.Name} needs a value: {flag.HelpName ?? "VALUE"}. {flag.Description}",
                OptionResult { Tokens.Count: > 1, Option: { Arity.MaximumNumberOfValues: 1 } flag } => $"{flag.Name} is given more than once; give it once.",
                ArgumentResult { Tokens.Count: 0, Argument: var argument, Parent: CommandResult { Command: var command } } => $"`rlm {command.Name}` needs {argument.Name.ToUpperInvariant()}: {argument.Description}",
                OptionResult { Option: var flag } when !error.Message.Contains(flag.Name, StringComparison.Ordinal) => $"{flag.Name}: {InPlainWords(error.Message)}",
                _ => InPlainWords(error.Message),
            });
        }

        return messages.Distinct(StringComparer.Ordinal);
    }

    /// <summary>Words that are no command, with the nearest one that is.</summary>
    public static string NoCommand(string typed, Command root) =>
        typed.Any(char.IsWhiteSpace) ? $"{Flag.Shown(typed)} is no command. To ask a question: rlm ask \"...\" -i FILE -m MODEL."
        : $"there is no command {Flag.Shown(typed)}.{Meant(NearestWord.Of(typed, root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)), "rlm ")}";

    /// <summary>Where to look what can be typed.</summary>
    public static string WhereToLook(Command command) => command is RootCommand ? "`rlm help` lists the commands." : $"`rlm help {command.Name}` lists the flags.";

    /// <summary>A flag that the command does not have, with the nearest one or the command that has it.</summary>
    public static string NoFlag(string typed, Command command, Command root)
    {
        string name = typed.Split('=', 2)[0];
        string here = command is RootCommand ? "there is no flag" : $"`rlm {command.Name}` has no flag";
        Command? other = root.Subcommands.FirstOrDefault(candidate => !candidate.Hidden && Names(candidate).Contains(name, StringComparer.Ordinal));
        return other is not null
            ? $"{here} {Flag.Shown(name)}; `rlm {other.Name}` has it."
            : $"{here} {Flag.Shown(name)}.{Meant(NearestWord.Of(name, Names(command)), "")}";
    }

    /// <summary>Whether a word that looks like a flag stands where text is expected: most likely a flag with a slip in it.</summary>
    public static bool HasFlagAsText(ParseResult line) => FlagsAsText(line).Any();

    private static IEnumerable<string> FlagsAsText(ParseResult line) => line.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? []
        : line.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens.Select(token => token.Value)).Where(LooksLikeFlag);

    /// <summary>Whether a word looks like a flag, not like text.</summary>
    private static bool LooksLikeFlag(string word) => word.Length > 1 && word[0] == '-' && (char.IsAsciiLetter(word[1]) || (word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2)) && !word.Any(char.IsWhiteSpace);

    private static string InPlainWords(string message) => message
        .Replace(" as expected type 'System.Nullable`1[System.", " as expected type 'System.", StringComparison.Ordinal)
        .Replace("]'.", "'.", StringComparison.Ordinal)
        .Replace(":\n\t", ": ", StringComparison.Ordinal)
        .Replace("\n\t", ", ", StringComparison.Ordinal)
        .Replace(" as expected type 'System.Int64'", ": a whole number is expected", StringComparison.Ordinal)
        .Replace(" as expected type 'System.Double'", ": a number is expected", StringComparison.Ordinal);

    private static IEnumerable<string> Strangers(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        Command root = line.RootCommandResult.Command;
        bool afterFlag = HasFlagAsText(line);
        foreach (string word in line.UnmatchedTokens)
        {
            if (LooksLikeFlag(word))
            {
                yield return NoFlag(word, command, root);
            }
            else if (!afterFlag)
            {
                yield return command is RootCommand ? NoCommand(word, root) : $"`rlm {command.Name}` does not know what to do with {Flag.Shown(word)}.";
            }

            afterFlag = LooksLikeFlag(word);
        }
    }

    private static string Meant(string? nearest, string lead) => nearest is null ? "" : $" Did you mean `{lead}{nearest}`?";

    private static IEnumerable<string> Names(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(flag => flag.Recursive))).SelectMany(flag => flag.Aliases.Append(flag.Name));
}
