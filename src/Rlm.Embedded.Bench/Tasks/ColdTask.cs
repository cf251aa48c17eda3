using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>Many runs at once in a process that has done nothing yet, against one session opened in another; and how late other work of the thread pool comes meanwhile.</summary>
internal static class ColdTask
{
    public const string OpenVerb = "child-cold-open";
    public const string RunsVerb = "child-cold-runs";
    private const int Runs = 64;
    private const int Turns = 10;
    private const int Rounds = 20;
    private const double IdealMilliseconds = 500;
    private const double MostRatio = 1.3;
    private const double MostLag = 50;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(50);

    /// <summary>Opens one session; prints the milliseconds.</summary>
    public static async Task<int> OpenAsync()
    {
        double open = await Interleaved.TimeAsync(async () =>
        {
            EmbeddedRepl repl = await EmbeddedRepl.OpenAsync();
            await repl.ExecuteAsync(new Cell(Inputs.Cell));
            await repl.DisposeAsync();
        });
        Console.WriteLine(open.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Makes rounds of runs; prints the milliseconds of the first, of the slowest later one, and how late a pool's and a thread's work was in the first.</summary>
    public static async Task<int> RunAsync()
    {
        ThreadPool.SetMinThreads(2, 2);
        PoolLag lag = PoolLag.Start();
        double first = await Interleaved.TimeAsync(AllAsync);
        (double pool, double thread) = lag.Stop();
        double later = 0;
        for (int i = 0; i < Rounds; i++)
        {
            later = Math.Max(later, await Interleaved.TimeAsync(AllAsync));
        }

        Console.WriteLine(string.Join(' ', new[] { first, later, pool, thread }.Select(value => value.ToString(CultureInfo.InvariantCulture))));
        return 0;
    }

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        List<double[]> seen = [];
        for (int i = 0; i < (quick ? 3 : 9); i++)
        {
            double[] open = await ChildAsync(OpenVerb);
            seen.Add([.. open, .. await ChildAsync(RunsVerb)]);
        }

        double Median(int column) => Interleaved.Median(seen.Select(values => values[column]));
        double start = Median(0);
        double most = (MostRatio * IdealMilliseconds) + start;
        double later = seen.Max(values => values[2]);
        double beyond = seen.Max(values => values[3] - values[4]);
        return
        [
            new Row("64 cold runs x 10 turns, model answers in 50 ms", Median(1), IdealMilliseconds + start, "ms", $"<= {most:0} ms", Median(1) <= most, $"floor: 500 ms and the start of {start:0} ms")
            {
                Ratio = Median(1) / (IdealMilliseconds + start),
            },
            new Row($"  the slowest of {Rounds} later rounds", later, IdealMilliseconds, "ms", "<= 650 ms", later <= MostRatio * IdealMilliseconds) { Ratio = later / IdealMilliseconds },
            new Row("  other work of the pool waits meanwhile", seen.Max(values => values[3]), seen.Max(values => values[4]), "ms", "<= floor + 50 ms", beyond <= MostLag, "worst moment; floor: a thread's own"),
        ];
    }

    // Each from the pool, as the requests of a server come.
    private static Task AllAsync()
    {
        RlmContext context = RlmContext.FromText("a small context");
        return Task.WhenAll(Enumerable.Range(0, Runs).Select(_ => Task.Run(async () =>
        {
            using IChatClient model = Inputs.Turns(Turns, s_delay);
            await Inputs.RunAsync(model, context, "done");
        })));
    }

    private static async Task<double[]> ChildAsync(string verb)
    {
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, verb) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string printed = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        return child.ExitCode == 0
            ? [.. printed.Split(' ', StringSplitOptions.TrimEntries).Select(value => double.Parse(value, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"The child '{verb}' ended with {child.ExitCode}.");
    }
}
