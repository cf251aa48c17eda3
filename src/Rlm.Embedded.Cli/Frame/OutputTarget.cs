namespace Rlm.Embedded.Cli.Frame;

/// <summary>Tells before a run whether what it writes later can be written: a run is paid for.</summary>
internal static class OutputTarget
{
    /// <summary>Checks a file that will be written, or replaced.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void CheckFile(string path, string flag)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{flag}: '{path}' is a folder; name a file.");
        }

        Probe(path, path, flag);
    }

    /// <summary>Checks a folder that will hold new files, and makes it when it is not there.</summary>
    /// <exception cref="UsageException">Nothing can be written there.</exception>
    public static void CheckFolder(string path, string flag)
    {
        if (File.Exists(path))
        {
            throw new UsageException($"{flag}: '{path}' is a file; name a folder.");
        }

        Try(() => Directory.CreateDirectory(path), path, flag);
        Probe(Path.Combine(path, "rlm"), path, flag);
    }

    private static void Probe(string file, string path, string flag) =>
        Try(() => new FileStream($"{file}.{Guid.NewGuid():N}.partial", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose(), path, flag);

    private static void Try(Action write, string path, string flag)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{flag}: nothing can be written to '{path}'. Name a place in a folder that exists and that you may write to.");
        }
    }
}
