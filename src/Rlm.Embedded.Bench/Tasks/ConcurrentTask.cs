using Microsoft.Extensions.AI;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>256 runs of 20 turns at once, with a model that takes 100 ms.</summary>
internal static class ConcurrentTask
{
    private const int Runs = 256;
    private const int Turns = 20;
    private const double FloorSeconds = 2.0;
    private const double MostKiB = 1024;
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(100);

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        await AllAsync();
        List<double> seconds = [];
        for (int i = 0; i < (quick ? 3 : 9); i++)
        {
            seconds.Add(await Interleaved.TimeAsync(AllAsync) / 1000);
        }

        // Collections in the midst would lengthen the wall time, so memory is looked at in a run of its own.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task running = AllAsync();
        long most = 0;
        while (!running.IsCompleted)
        {
            await Task.Delay(300);
            most = Math.Max(most, running.IsCompleted ? 0 : GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        await running;
        double median = Interleaved.Median(seconds);
        double each = most / 1024.0 / Runs;
        return
        [
            new Row("256 runs x 20 turns, model answers in 100 ms", median, FloorSeconds, "s", "<= 2.2 s", median <= 2.2) { Ratio = median / FloorSeconds },
            new Row("  managed memory a run", each, null, "KiB", "<= 1 MiB", each <= MostKiB),
        ];
    }

    private static Task AllAsync()
    {
        RlmContext context = RlmContext.FromText("a small context");
        return Task.WhenAll(Enumerable.Range(0, Runs).Select(async _ =>
        {
            using IChatClient model = Inputs.Turns(Turns, s_delay);
            await Inputs.RunAsync(model, context, "done");
        }));
    }
}
