using System.CommandLine;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The flags that carry a session's variables from one start of the tool to the next.</summary>
internal sealed class VariableFlags
{
    private readonly Option<string?> _restore = Flag.Text("name a file that --save wrote", "FILE", "Begin with the variables of a file that --save wrote.", "--restore");
    private readonly Option<string?> _save = Flag.Text("name a file", "FILE", "At the end, also after Ctrl+C or a failure, write the variables that are plain data to this file. Only a file of saved variables is replaced.", "--save");
    private readonly Option<bool> _force = Flag.Switch("Let --save replace any file.", "--force");

    public void AddTo(Command command) => Verb.Add(command, "Variables", _restore, _save, _force);

    /// <summary>What the command line says.</summary>
    /// <exception cref="UsageException">The file to restore is not there, or the one to save cannot be written or holds something else.</exception>
    public VariablePaths Read(ParseResult line)
    {
        string? restore = line.GetValue(_restore);
        if (restore is not null)
        {
            InputFile.Check(restore, _restore.Name, "name a file that --save wrote");

            // A pipe is read once, by the session.
            if (RegularFile.Is(restore) && !IsVariables(restore, $"{_restore.Name}: '{restore}' cannot be read"))
            {
                throw new UsageException($"{_restore.Name}: '{restore}' is not a file of saved variables. Name a file that {_save.Name} wrote.");
            }
        }

        string? save = line.GetValue(_save);
        if (save is not null)
        {
            OutputTarget.CheckFile(save, _save.Name);
            CheckReplaced(save, line.GetValue(_force));
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

    /// <summary>What is replaced is a file of variables, or nothing is lost with it.</summary>
    private void CheckReplaced(string path, bool force)
    {
        if (!File.Exists(path))
        {
            return;
        }

        if (!RegularFile.Is(path))
        {
            throw new UsageException($"{_save.Name}: '{path}' is a device or a pipe; name a file.");
        }

        if (!force && new FileInfo(path).Length > 0 && !IsVariables(path, $"{_save.Name}: '{path}' cannot be read to see what it holds", $" Name another file, or replace it with {_force.Name}."))
        {
            throw new UsageException($"{_save.Name}: '{path}' holds something that --save did not write. Name another file, or replace it with {_force.Name}.");
        }
    }

    private static bool IsVariables(string path, string failure, string remedy = "")
    {
        try
        {
            return VariableFile.Is(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{failure}: {exception.Message}{remedy}");
        }
    }
}
