using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>`rlm doctor` for people.</summary>
internal static class DoctorText
{
    private const int NameWidth = 11;

    public static void Write(Terminal terminal, Diagnosis diagnosis)
    {
        int width = terminal.OutIsTerminal ? Math.Max(terminal.Width - NameWidth, NameWidth) : int.MaxValue;
        foreach ((string name, string text) in Rows(diagnosis))
        {
            string lead = name.PadRight(NameWidth);
            foreach (string line in Lines.Wrap(text, width).DefaultIfEmpty(""))
            {
                terminal.Out.WriteLine((lead + line).TrimEnd());
                lead = new string(' ', NameWidth);
            }
        }

        if (diagnosis.Problem is { } problem)
        {
            terminal.Say(problem);
        }
    }

    private static IEnumerable<(string Name, string Text)> Rows(Diagnosis diagnosis)
    {
        EngineInfo engine = diagnosis.Engine;
        if (diagnosis.Problem is not null)
        {
            yield return ("python", "NONE THAT WORKS");
        }
        else if (engine.Python is { } python)
        {
            yield return ("python", diagnosis.Version ?? "");
            yield return ("library", python.LibraryPath ?? "");
            yield return ("home", diagnosis.Home ?? "");
            yield return ("encoding", diagnosis.Encoding ?? "");
            yield return ("why", engine.Reason ?? "");
            foreach ((string, string) row in Rows("packages", Packages(diagnosis)))
            {
                yield return row;
            }
        }

        foreach ((string, string) row in Rows("others", engine.Others.Select(Describe)))
        {
            yield return row;
        }

        yield return ("layers", string.Join(", ", engine.ActiveLayers));
        yield return ("keys", diagnosis.Keys.Count > 0 ? string.Join(", ", diagnosis.Keys) : $"none set (known: {string.Join(", ", ModelKeys.Known())})");
        IEnumerable<ModelProviderStatus> begun = diagnosis.Models.Where(provider => provider.Missing is null || provider.VariablesSet.Count > 0);
        yield return ("models", string.Join(", ", begun.Select(provider => provider.Missing is null ? provider.Name : $"{provider.Name} ({ModelKeys.Describe(provider)})")));
    }

    private static IEnumerable<(string Name, string Text)> Rows(string name, IEnumerable<string> texts) =>
        texts.Select((text, at) => (at == 0 ? name : "", text));

    private static IEnumerable<string> Packages(Diagnosis diagnosis)
    {
        EngineInfo engine = diagnosis.Engine;
        return
        [
            .. engine.PackageFolders.Count == 0 ? ["no folder of packages"] : engine.PackageFolders,
            .. engine.PathFilesNotRun.Select(file => $"not run: {file}"),
            .. engine.PathFilesNotRun.Count > 0 ? ["(code in .pth files is not run; name the folder of an editable installation with --packages DIR)"] : Array.Empty<string>(),
            .. diagnosis.UnusedEnvironment is { } unused ? [$"not used: {unused}"] : Array.Empty<string>(),
            string.Join(", ", diagnosis.Packages),
            "with --profile trusted; restricted sessions import none but --allow-module NAME",
        ];
    }

    private static string Describe(PythonInstallation other) =>
        $"{other.Version?.ToString() ?? "?"} {other.LibraryPath ?? other.Home ?? other.VirtualEnvironment} ({other.Source}{(other.Problem is { } problem ? $"; not usable: {problem}" : "")})";
}
