using System.Text;

namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>What a user is told when no Python can be used: where we looked, what we found, what to do.</summary>
internal static class NothingFoundMessage
{
    private const string Example = "3.11";

    /// <summary>No source has a usable installation.</summary>
    public static string For(PythonSearch search, VersionRequest? request, HostPlatform platform)
    {
        var text = new StringBuilder();
        text.Append("No usable CPython ").Append(request?.ToString() ?? SupportedVersions.Range)
            .AppendLine(" with a shared library was found. Looked in:");
        foreach (IGrouping<string, SearchedPlace> source in search.Places.GroupBy(place => place.Source))
        {
            text.Append("  ").Append(source.Key).Append(": ")
                .AppendJoin(", ", source.Select(place => place.Exists ? place.Place : $"{place.Place} (absent)"))
                .AppendLine();
        }

        AppendUnusable(text, search.Installations);
        return text.Append(Remedy(request?.Minor ?? Example, platform)).ToString();
    }

    /// <summary>The environment variables name something that cannot be used.</summary>
    public static string ForExplicit(IReadOnlyList<PythonInstallation> unusable)
    {
        PythonInstallation first = unusable[0];
        var text = new StringBuilder($"{first.Source} is set, but what it names cannot be used: {first.Problem}.");
        if (unusable.Count > 1)
        {
            text.AppendLine();
            AppendUnusable(text, unusable);
        }

        return text.Append(" Correct it, or unset it to have a Python found.").ToString();
    }

    private static void AppendUnusable(StringBuilder text, IReadOnlyList<PythonInstallation> installations)
    {
        if (installations.Count == 0)
        {
            return;
        }

        text.AppendLine("Found, but not usable:");
        foreach (PythonInstallation installation in installations)
        {
            text.Append("  ").Append(installation.LibraryPath ?? installation.Home ?? installation.VirtualEnvironment)
                .Append(" (").Append(installation.Source).Append("): ").AppendLine(installation.Problem);
        }
    }

    private static string Remedy(string version, HostPlatform platform)
    {
        string install = platform switch
        {
            HostPlatform.Windows => $"`winget install Python.Python.{version}` or `uv python install {version}`",
            HostPlatform.MacOS => $"`brew install python@{version}` or `uv python install {version}`",
            _ => $"`apt-get install libpython{version}` (Debian, Ubuntu), `dnf install python{version}` (Fedora) or `uv python install {version}`",
        };
        return $"Install one: {install}; or set {EnvironmentVariableLocator.LibraryVariable} to the path of its shared library.";
    }
}
