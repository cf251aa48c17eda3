namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>A version and an ABI: what the names of an installation's files are made from.</summary>
/// <param name="Version">Major and minor.</param>
/// <param name="IsFreeThreaded">Whether the ABI flag is <c>t</c>.</param>
internal sealed record PythonBuild(Version Version, bool IsFreeThreaded)
{
    private const string Lib = "libpython";

    /// <summary>As in file names: <c>3.11</c>, <c>3.13t</c>.</summary>
    public string Name => $"{Version.Major}.{Version.Minor}{(IsFreeThreaded ? "t" : "")}";

    /// <summary>Names the shared library may have, the best first. On Linux that is the one it is linked by; a bare <c>.so</c> comes with headers only.</summary>
    public IEnumerable<string> LibraryNames(HostPlatform platform)
    {
        switch (platform)
        {
            case HostPlatform.Windows:
                yield return $"python{Version.Major}{Version.Minor}{(IsFreeThreaded ? "t" : "")}.dll";
                break;
            case HostPlatform.MacOS:
                yield return $"{Lib}{Name}.dylib";
                break;
            default:
                yield return $"{Lib}{Name}.so.1.0";
                yield return $"{Lib}{Name}.so";
                if (Version is { Major: 3, Minor: < 8 })
                {
                    yield return $"{Lib}{Name}m.so.1.0";
                }

                break;
        }
    }

    /// <summary>Reads the name of a shared library; null when it does not tell a minor version (<c>libpython3.so</c>, <c>Python</c>).</summary>
    public static PythonBuild? FromLibrary(string fileName)
    {
        ReadOnlySpan<char> rest = fileName;
        bool dotted = rest.StartsWith(Lib, StringComparison.Ordinal);
        if (dotted)
        {
            rest = rest[Lib.Length..];
        }
        else if (rest.StartsWith("python", StringComparison.OrdinalIgnoreCase) && rest.EndsWith(".dll", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest["python".Length..];
        }
        else
        {
            return null;
        }

        if (rest.IsEmpty || !char.IsAsciiDigit(rest[0]))
        {
            return null;
        }

        int major = rest[0] - '0';
        rest = rest[1..];
        if (dotted)
        {
            if (rest.IsEmpty || rest[0] != '.')
            {
                return null;
            }

            rest = rest[1..];
        }

        int digits = 0;
        while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
        {
            digits++;
        }

        return int.TryParse(rest[..digits], out int minor)
            ? new PythonBuild(new Version(major, minor), digits < rest.Length && rest[digits] == 't')
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
