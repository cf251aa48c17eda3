using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl.Saving;

namespace Rlm.Embedded.Repl;

/// <summary>A session's variables in a file. The format is described in docs/sessions.md.</summary>
public static class VariableFile
{
    /// <summary>Saves the variables of a session. A file that exists is replaced in one step; on failure it stays as it was.</summary>
    /// <param name="repl">The session.</param>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnauthorizedAccessException">The file may not be used, or is a folder.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<SavedVariables> SaveAsync(IReplEnvironment repl, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repl);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            SavedVariables saved;
            var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 4096, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                saved = await repl.SaveAsync(file, cancellationToken).ConfigureAwait(false);
            }

            File.Move(partial, path, overwrite: true);
            return saved;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    /// <summary>Binds the variables of a file in a session, all or none.</summary>
    /// <param name="repl">The session.</param>
    /// <param name="path">The file. It may come from a stranger.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RlmSavedVariablesException">The file is no such file, is damaged, of a newer version or too large.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be used, or is a folder.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<RestoredVariables> RestoreAsync(IReplEnvironment repl, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(repl);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 4096, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (file.ConfigureAwait(false))
        {
            return await repl.RestoreAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether a file begins as a file of variables does, whatever became of the rest.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UnauthorizedAccessException">The file may not be used, or is a folder.</exception>
    /// <exception cref="IOException">The file is not there, or cannot be read.</exception>
    public static bool Is(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Blocking.MayWait();
        using var file = File.OpenHandle(path);
        Span<byte> begin = stackalloc byte[VariableFormat.Name.Length];
        return RandomAccess.Read(file, begin, 0) == begin.Length && begin.SequenceEqual(VariableFormat.Name);
    }
}
