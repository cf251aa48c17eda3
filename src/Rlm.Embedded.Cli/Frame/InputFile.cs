namespace Rlm.Embedded.Cli.Frame;

/// <summary>Tells before a run whether a file that it reads is there.</summary>
internal static class InputFile
{
    /// <summary>Checks a file, or a pipe.</summary>
    /// <param name="path">What was typed.</param>
    /// <param name="flag">The flag it was typed behind.</param>
    /// <param name="what">What to do instead: <c>name a file that --save wrote</c>.</param>
    /// <exception cref="UsageException">It is not there, or is a folder.</exception>
    public static void Check(string path, string flag, string what)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{flag}: {Flag.Shown(path)} is a folder; {what}.");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"{flag}: there is no file {Flag.Shown(path)} in '{Environment.CurrentDirectory}'; {what}.");
        }
    }
}
