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
            Command? asked = name is null ? root : root.Subcommands.FirstOrDefault(candidate => candidate.Name == name);
            HelpPage.Write(terminal, asked ?? throw new UsageException(WrongLine.NoCommand(name!, root)));
            return ExitCode.Done;
        });
        return command;
    }
}
