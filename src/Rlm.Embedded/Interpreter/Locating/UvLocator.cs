namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>The CPythons that uv downloads: UV_PYTHON_INSTALL_DIR, else <c>uv/python</c> in the user's data folder.</summary>
internal sealed class UvLocator : IPythonLocator
{
    public string Name => "uv";

    public IEnumerable<string> Places(SearchRoots roots)
    {
        if (roots.PathVariable("UV_PYTHON_INSTALL_DIR") is { } chosen)
        {
            yield return chosen;
        }
        else if (roots.Platform == HostPlatform.Windows)
        {
            if (roots.PathVariable("APPDATA") is { } data)
            {
                yield return Path.Combine(data, "uv", "python");
                yield return Path.Combine(data, "uv", "data", "python");
            }
        }
        else if ((roots.PathVariable("XDG_DATA_HOME") ?? roots.InHome(".local/share")) is { } share)
        {
            yield return Path.Combine(share, "uv", "python");
        }
    }

    // PyPy and GraalPy lie beside CPython.
    public IEnumerable<PythonInstallation> Find(SearchRoots roots) => PythonPrefix.NewestFirst(
        roots,
        VersionedFolders.NewestFirst(roots, Places(roots)).Where(folder => Path.GetFileName(folder).StartsWith("cpython-", StringComparison.Ordinal)),
        Name);
}
