using System.CommandLine;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The flags that carry a session's variables from one start of the tool to the next.</summary>
internal sealed class VariableFlags
{
    private readonly Option<string?> _restore = new("--restore") { Description = "Begin with the variables of a file that --save wrote.", HelpName = "FILE" };
    private readonly Option<string?> _save = new("--save") { Description = "At the end, write the variables that are plain data to this file.", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(_restore);
        command.Add(_save);
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="UsageException">A name is empty, or the file to restore is not there.</exception>
    public VariablePaths Read(ParseResult line)
    {
        string? restore = Path(line, _restore);
        return restore is null || File.Exists(restore)
            ? new VariablePaths(restore, Path(line, _save))
            : throw new UsageException($"--restore: there is no file '{restore}'.");
    }

    /// <summary>Says on stderr what could not be saved.</summary>
    public static void Tell(SavedVariables saved, string path, Terminal terminal)
    {
        terminal.Say($"{saved.Names.Count} {(saved.Names.Count == 1 ? "variable" : "variables")} saved to {path}.");
        foreach (UnsavedVariable left in saved.NotSaved)
        {
            terminal.Say($"not saved: {Terminal.Clean(left.Name)}: {Terminal.Clean(left.Reason)}");
        }
    }

    private static string? Path(ParseResult line, Option<string?> option) => line.GetValue(option) is not { } path ? null
        : path.Length > 0 ? path : throw new UsageException($"{option.Name} is empty; name a file.");
}
