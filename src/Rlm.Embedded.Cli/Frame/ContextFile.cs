namespace Rlm.Embedded.Cli.Frame;

/// <summary>Contexts that the command line names.</summary>
internal static class ContextFile
{
    /// <summary>A file as context, or the text files of a folder.</summary>
    /// <exception cref="UsageException">There is no such file or folder.</exception>
    public static RlmContext Open(string path, string flag)
    {
        try
        {
            return path.Length == 0 ? throw new UsageException($"{flag} is empty; name a text file or a folder.")
                : Directory.Exists(path) ? RlmContext.FromDirectory(path)
                : RlmContext.FromFile(path);
        }
        catch (RlmContextException exception)
        {
            throw new UsageException($"{flag}: {exception.Message}");
        }
    }
}
