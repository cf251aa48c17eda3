using System.CommandLine;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The verb `help`.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root, Terminal terminal)
    {
        Command command = new("help", "shows what a command does and its flags");
        Argument<string?> about = new("command") { Arity = ArgumentArity.ZeroOrOne };
        command.Add(about);
        command.SetAction(line =>
        {
            string? name = line.GetValue(about);
            if ((name is null ? root : root.Subcommands.FirstOrDefault(candidate => candidate.Name == name)) is { } asked)
            {
                HelpPage.Write(terminal, asked);
                return ExitCode.Done;
            }

            terminal.Say(WrongLine.NoCommand(name!, root));
            terminal.Say(WrongLine.WhereToLook(root));
            return ExitCode.Usage;
        });
        return command;
    }
}
