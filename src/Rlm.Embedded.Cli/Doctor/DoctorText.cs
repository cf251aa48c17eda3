using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>`rlm doctor` for people.</summary>
internal static class DoctorText
{
    public static void Write(Terminal terminal, Diagnosis diagnosis)
    {
        TextWriter text = terminal.Out;
        EngineInfo engine = diagnosis.Engine;
        if (diagnosis.Problem is { } problem)
        {
            text.WriteLine("python     NONE THAT WORKS");
            terminal.Say(problem);
        }

        if (diagnosis.Problem is null && engine.Python is { } python)
        {
            text.WriteLine($"python     {diagnosis.Version}");
            text.WriteLine($"library    {python.LibraryPath}");
            text.WriteLine($"home       {diagnosis.Home}");
            text.WriteLine($"encoding   {diagnosis.Encoding}");
            text.WriteLine($"why        {engine.Reason}");
            WritePackages(text, diagnosis);
        }

        for (int i = 0; i < engine.Others.Count; i++)
        {
            text.WriteLine($"{(i == 0 ? "others" : ""),-11}{Describe(engine.Others[i])}");
        }

        text.WriteLine($"layers     {string.Join(", ", engine.ActiveLayers)}");
        text.WriteLine($"keys       {(diagnosis.Keys.Count > 0 ? string.Join(", ", diagnosis.Keys) : $"none set (known: {string.Join(", ", ModelKeys.Known())})")}");
        IEnumerable<ModelProviderStatus> begun = diagnosis.Models.Where(provider => provider.Missing is null || provider.VariablesSet.Count > 0);
        text.WriteLine($"models     {string.Join(", ", begun.Select(provider => provider.Missing is null ? provider.Name : $"{provider.Name} ({ModelKeys.Describe(provider)})"))}");
    }

    private static void WritePackages(TextWriter text, Diagnosis diagnosis)
    {
        EngineInfo engine = diagnosis.Engine;
        List<string> lines =
        [
            .. engine.PackageFolders.Count == 0 ? ["no folder of packages"] : engine.PackageFolders,
            .. engine.PathFilesNotRun.Select(file => $"not run: {file}"),
            .. engine.PathFilesNotRun.Count > 0 ? ["(code in .pth files is not run; name the folder of an editable installation with --packages DIR)"] : Array.Empty<string>(),
            .. diagnosis.UnusedEnvironment is { } unused ? [$"not used: {unused}"] : Array.Empty<string>(),
            string.Join(", ", diagnosis.Packages),
            "with --profile trusted; restricted sessions import none but --allow-module NAME",
        ];
        for (int i = 0; i < lines.Count; i++)
        {
            text.WriteLine($"{(i == 0 ? "packages" : ""),-11}{lines[i]}");
        }
    }

    private static string Describe(PythonInstallation other) =>
        $"{other.Version?.ToString() ?? "?"} {other.LibraryPath ?? other.Home ?? other.VirtualEnvironment} ({other.Source}{(other.Problem is { } problem ? $"; not usable: {problem}" : "")})";
}
