using System.Diagnostics;
using System.Text.Json;
using Rlm.Embedded.Bench.Measuring;

namespace Rlm.Embedded.Bench.Peers;

/// <summary>The reference library (<c>pip install rlms</c>) with a mock model of our own, where some python3 has it.</summary>
internal static class ReferenceLibrary
{
    private const string Work = "peer: reference library";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        string? python = null;
        foreach (string candidate in Candidates())
        {
            if (await AskAsync(candidate, "import rlm.core.rlm") is not null)
            {
                python = candidate;
                break;
            }
        }

        if (python is null)
        {
            return [Row.Without(Work, "", "not installed (pip install rlms)")];
        }

        using StreamReader source = new(typeof(ReferenceLibrary).Assembly.GetManifestResourceStream("reference.py")!);
        string? output = await AskAsync(python, await source.ReadToEndAsync());
        if (output is null)
        {
            return [Row.Without(Work, "", $"installed for {python}, but this version could not be driven")];
        }

        // Whatever else the library prints, the last line is ours.
        using JsonDocument figures = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]);
        return [.. figures.RootElement.EnumerateObject().Select(figure => new Row($"{Work}: {figure.Name}", figure.Value.GetDouble(), null, "ms", "", null))];
    }

    private static IEnumerable<string> Candidates()
    {
        IEnumerable<string> onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "python3"));
        string versions = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");
        IEnumerable<string> pyenv = Directory.Exists(versions) ? Directory.EnumerateDirectories(versions).Select(folder => Path.Combine(folder, "bin", "python3")) : [];
        return onPath.Concat(pyenv).Where(File.Exists).Distinct(StringComparer.Ordinal);
    }

    /// <summary>What a piece of Python printed, or null when it failed or took too long.</summary>
    private static async Task<string?> AskAsync(string python, string code)
    {
        ProcessStartInfo start = new(python) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(code);
        using Process child = Process.Start(start)!;
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            Task<string> errors = child.StandardError.ReadToEndAsync(patience.Token);
            string output = await child.StandardOutput.ReadToEndAsync(patience.Token);
            await errors;
            await child.WaitForExitAsync(patience.Token);
            return child.ExitCode == 0 ? output : null;
        }
        catch (OperationCanceledException)
        {
            child.Kill(entireProcessTree: true);
            return null;
        }
    }
}
