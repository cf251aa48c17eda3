using System.Diagnostics;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>Many cells and host calls in one process: what memory and handles do after a warm-up.</summary>
internal static class SoakTask
{
    private const double MostMiB = 16;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        (int cells, int calls) = quick ? (50_000, 10_000) : (1_000_000, 100_000);
        await using EmbeddedRepl repl = await Inputs.OpenAsync(SandboxProfile.Restricted);
        await PartAsync(repl, cells / 5, calls / 5);
        (double memory, int handles) = Look();
        for (int part = 0; part < 5; part++)
        {
            await PartAsync(repl, cells / 5, calls / 5);
        }

        (double memoryAfter, int handlesAfter) = Look();
        double grown = memoryAfter - memory;
        return
        [
            new Row($"soak: {cells:N0} cells, {calls:N0} host calls: resident growth", grown, null, "MiB", "flat", grown <= MostMiB, $"resident {memoryAfter:0} MiB; flat is taken as <= {MostMiB} MiB"),
            new Row("  handles grown", handlesAfter - handles, null, "", "none", handlesAfter <= handles),
        ];
    }

    private static async Task PartAsync(EmbeddedRepl repl, int cells, int calls)
    {
        Cell[] kinds = [new(Inputs.Cell), new("x + 1"), new("d = {'a': [x]}"), new("def f(a): return a + x\nf(2)"), new("[i for i in range(5)]"), new("1 / 0")];
        for (int i = 0; i < cells; i++)
        {
            await repl.ExecuteAsync(kinds[i % kinds.Length]);
        }

        await Inputs.ExecuteAsync(repl, new Cell($"for i in range({calls}): r = llm_query(f'prompt {{i}}')"));
    }

    private static (double MiB, int Handles) Look()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return (self.WorkingSet64 / 1048576.0, self.HandleCount);
    }
}
