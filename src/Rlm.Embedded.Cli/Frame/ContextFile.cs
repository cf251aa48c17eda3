namespace Rlm.Embedded.Cli.Frame;

/// <summary>Contexts that the command line names.</summary>
internal static class ContextFile
{
    /// <summary>A file as context.</summary>
    /// <exception cref="RlmContextException">There is no such file, or it is a directory.</exception>
    public static RlmContext Open(string path, string flag) =>
        path.Length > 0 ? RlmContext.FromFile(path) : throw new UsageException($"{flag} is empty; name a text file.");
}
