namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>Folders named after the version in them, as pyenv and uv keep them.</summary>
internal static class VersionedFolders
{
    /// <summary>The folders right below some folders, the newest version first, without links to a folder beside them.</summary>
    public static IReadOnlyList<string> NewestFirst(SearchRoots roots, IEnumerable<string> parents)
    {
        var folders = new List<(string Path, Version Version)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string parent in parents)
        {
            // Real folders before links to them: uv links cpython-3.12-... to cpython-3.12.3-...
            foreach (string folder in roots.Folders(parent).OrderByDescending(path => path == roots.Resolve(path)).ThenBy(path => path, StringComparer.Ordinal))
            {
                if (seen.Add(roots.Resolve(folder)))
                {
                    folders.Add((folder, VersionText.FindIn(Path.GetFileName(folder)) ?? new Version(0, 0)));
                }
            }
        }

        return [.. folders.OrderByDescending(folder => folder.Version).Select(folder => folder.Path)];
    }
}
