using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Rlm.Embedded.Containment.Host;

/// <summary>
/// Measures each runaway in a process of its own: alone, in 8 sessions at once, and in 4 beside 4 innocent ones.
/// Overruns of a limit of 0.5 s in seconds, median and longest of three rounds; and the longest that another session waited for an answer.
/// </summary>
internal static class RunawayTable
{
    private static readonly (int Hostile, int Innocent)[] s_crowds = [(1, 0), (8, 0), (4, 4)];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task<int> WriteAsync(string[] names)
    {
        await Console.Out.WriteLineAsync("| runaway | alone | other waits | 8 alike | other waits | 4 and 4 innocent | other waits |\n|---|---|---|---|---|---|---|");
        foreach ((string name, _) in Runaways.All.Where(one => names.Length == 0 || names.Contains(one.Name, StringComparer.Ordinal)))
        {
            List<string> cells = [];
            foreach ((int hostile, int innocent) in s_crowds)
            {
                cells.Add(await MeasureAsync(name, hostile, innocent));
            }

            await Console.Out.WriteLineAsync($"| {name} | {string.Join(" | ", cells)} |");
        }

        return 0;
    }

    private static async Task<string> MeasureAsync(string name, int hostile, int innocent)
    {
        string[] arguments = [typeof(RunawayTable).Assembly.Location, "runaway", name, $"{hostile}", $"{innocent}"];
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        try
        {
            string line = await process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
            await process.WaitForExitAsync();
            if (line.Length == 0)
            {
                return $"**ended with {process.ExitCode}** | ";
            }

            double[] measured = JsonSerializer.Deserialize<double[]>(line)!;
            string wrong = measured[3] > 0 ? $", {measured[3]} innocent wrong" : "";
            string overrun = measured[2] > 0 ? $"**{measured[2]} wedged** after {Seconds(measured[1])}" : $"{Seconds(measured[0])}, {Seconds(measured[1])}";
            return $"{overrun}{wrong} | {Seconds(measured[4])}";
        }
        catch (TimeoutException)
        {
            process.Kill();
            return "**no answer** | ";
        }
    }

    private static string Seconds(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
