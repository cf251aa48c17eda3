using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>The files of a context with the names the model sees: paths below a folder, with <c>/</c> between folders.</summary>
/// <param name="Files">Name and path, in the order of the context.</param>
/// <param name="SkipsBinary">Files that look binary are left out and named.</param>
internal sealed record NamedFiles(IReadOnlyList<(string Name, string Path)> Files, bool SkipsBinary)
{
    private static readonly EnumerationOptions s_search = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>Names files after the deepest folder they share.</summary>
    public static NamedFiles Of(RlmContext.TextFiles files)
    {
        string[] paths = [.. files.Paths.Select(Path.GetFullPath)];
        string folder = Shared([.. paths.Select(path => Path.GetDirectoryName(path)!)]);
        return new NamedFiles([.. paths.Select(path => (Name(folder, path), path))], SkipsBinary: false);
    }

    /// <summary>Searches a folder. Without the GIL.</summary>
    /// <exception cref="RlmContextException">Nothing matches, or a folder cannot be read.</exception>
    public static NamedFiles Of(RlmContext.TextDirectory directory)
    {
        try
        {
            Blocking.MayWait();
            List<(string Name, string Path)> files = [.. Directory.EnumerateFiles(directory.Path, directory.SearchPattern, s_search).Select(path => (Name(directory.Path, path), path))];
            files.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
            return files.Count > 0
                ? new NamedFiles(files, SkipsBinary: true)
                : throw new RlmContextException($"No file in '{directory.Path}' matches '{directory.SearchPattern}'. Hidden files and links are not looked at.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RlmContextException($"The folder '{directory.Path}' cannot be read: {exception.Message} Name a folder or a pattern without it.", exception);
        }
    }

    private static string Name(string folder, string path) => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string Shared(IReadOnlyList<string> folders)
    {
        string shared = folders[0];
        while (folders.Any(folder => folder != shared && !folder.StartsWith(Path.EndsInDirectorySeparator(shared) ? shared : shared + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            && Path.GetDirectoryName(shared) is { } parent)
        {
            shared = parent;
        }

        return shared;
    }
}
