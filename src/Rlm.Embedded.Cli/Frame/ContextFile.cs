namespace Rlm.Embedded.Cli.Frame;

/// <summary>Contexts that the command line names.</summary>
internal static class ContextFile
{
    /// <summary>A file as context, or the text files of a folder.</summary>
    /// <exception cref="RlmContextException">There is no such file or folder.</exception>
    public static RlmContext Open(string path, string flag) =>
        path.Length == 0 ? throw new UsageException($"{flag} is empty; name a text file or a folder.")
        : Directory.Exists(path) ? RlmContext.FromDirectory(path)
        : RlmContext.FromFile(path);
}
