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

    /// <summary>Several files as context.</summary>
    /// <exception cref="UsageException">One of them is not there, or is no file; all such are told.</exception>
    public static RlmContext Open(string[] paths, string flag)
    {
        string[] wrong =
        [
            .. paths.Where(Directory.Exists).Select(path => $"{Flag.Shown(path)} is a folder; where {flag} is given several times each must be a file. Name its files, or give the folder alone."),
            .. paths.Where(path => !Path.Exists(path)).Select(path => path.Length == 0 ? "one is empty; name a text file." : $"there is no file {Flag.Shown(path)} in '{Environment.CurrentDirectory}'."),
        ];
        try
        {
            return wrong.Length == 0 ? RlmContext.FromFiles(paths) : throw new UsageException($"{flag}: {string.Join($" {flag}: ", wrong.Distinct(StringComparer.Ordinal))}");
        }
        catch (RlmContextException exception)
        {
            throw new UsageException($"{flag}: {exception.Message}");
        }
    }
}
