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
    /// <exception cref="UsageException">A name is empty, the file to restore is not there, or the one to save cannot be written.</exception>
    public VariablePaths Read(ParseResult line)
    {
        string? restore = Path(line, _restore);
        if (restore is not null && !File.Exists(restore))
        {
            throw new UsageException($"{_restore.Name}: there is no file '{restore}'.");
        }

        string? save = Path(line, _save);
        if (save is not null)
        {
            OutputTarget.CheckFile(save, _save.Name);
        }

        return new VariablePaths(restore, save);
    }

    /// <summary>Waits for variables to be saved and says on stderr what was, and what could not be.</summary>
    /// <exception cref="RlmException">The file could not be written.</exception>
    public static async Task TellAsync(Task<SavedVariables> saving, string path, Terminal terminal)
    {
        SavedVariables saved;
        try
        {
            saved = await saving;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RlmException($"The variables could not be saved to {path}: {exception.Message}", exception);
        }

        terminal.Say($"{saved.Names.Count} {(saved.Names.Count == 1 ? "variable" : "variables")} saved to {path}.");
        foreach (UnsavedVariable left in saved.NotSaved)
        {
            terminal.Say($"not saved: {Terminal.Clean(left.Name)}: {Terminal.Clean(left.Reason)}");
        }
    }

    private static string? Path(ParseResult line, Option<string?> option) => line.GetValue(option) is not { } path ? null
        : path.Length > 0 ? path : throw new UsageException($"{option.Name} is empty; name a file.");
}
