namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>What the registry names on Windows (PEP 514), and the folder the installer of python.org uses.</summary>
internal sealed class WindowsLocator : IPythonLocator
{
    public string Name => "Windows installation";

    public IEnumerable<string> Places(SearchRoots roots)
    {
        if (roots.Platform == HostPlatform.Windows)
        {
            yield return @"HKCU\Software\Python\PythonCore";
            yield return @"HKLM\Software\Python\PythonCore";
            if (Programs(roots) is { } programs)
            {
                yield return programs;
            }
        }
    }

    public IEnumerable<PythonInstallation> Find(SearchRoots roots)
    {
        if (roots.Platform != HostPlatform.Windows)
        {
            return [];
        }

        IEnumerable<string> registered = roots.Registry()
            .Where(python => IsOfProcessor(python.Key, roots.Processor))
            .Select(python => roots.FullPath(python.InstallPath));
        IEnumerable<string> programs = roots.Folders(Programs(roots) ?? "")
            .Where(folder => IsOfProcessor(folder, roots.Processor))
            .Order(StringComparer.OrdinalIgnoreCase);
        return PythonPrefix.NewestFirst(roots, registered.Concat(programs).Distinct(StringComparer.OrdinalIgnoreCase), Name);
    }

    // The installers name builds "3.12", "3.12-32" and "3.12-arm64", both in the registry and on disk.
    private static bool IsOfProcessor(string name, Architecture processor) => processor switch
    {
        Architecture.X86 => name.EndsWith("-32", StringComparison.Ordinal),
        Architecture.Arm64 => name.EndsWith("-arm64", StringComparison.Ordinal),
        _ => !name.EndsWith("-32", StringComparison.Ordinal) && !name.EndsWith("-arm64", StringComparison.Ordinal),
    };

    private static string? Programs(SearchRoots roots)
        => roots.PathVariable("LOCALAPPDATA") is { } local ? Path.Combine(local, "Programs", "Python") : null;
}
