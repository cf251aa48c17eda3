using System.Diagnostics;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>From the start of a process to the end of its first cell, against a process that says hello. Both are this program.</summary>
internal static class StartTask
{
    public const string HelloVerb = "child-hello";
    public const string FirstCellVerb = "child-first-cell";
    private const double MostMore = 60;

    public static int RunFirstCell()
    {
        EmbeddedRepl repl = EmbeddedRepl.OpenAsync().AsTask().GetAwaiter().GetResult();
        Console.WriteLine(repl.ExecuteAsync(new Cell(Inputs.Cell)).AsTask().GetAwaiter().GetResult().Stdout);
        return 0;
    }

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        Pair[] pairs = await Interleaved.RunAsync(quick ? 5 : 25, () => TimeAsync(HelloVerb), () => TimeAsync(FirstCellVerb));
        Pair pair = pairs[0];
        double more = pair.Value - pair.Floor;
        return [new Row("process start to first cell done", pair.Value, pair.Floor, "ms", "<= floor + 60 ms", more <= MostMore, $"floor + {more:0} ms; not compiled ahead (ReadyToRun)") { Ratio = pair.Ratio }];
    }

    private static Task<double> TimeAsync(string verb) => Interleaved.TimeAsync(async () =>
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, verb) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"The child '{verb}' ended with {child.ExitCode}.");
        }
    });
}
