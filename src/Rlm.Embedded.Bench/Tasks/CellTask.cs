using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>One trivial cell: compile, run, capture.</summary>
internal static class CellTask
{
    private const int Cells = 500;
    private const int Warm = 3_000;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        RawThread thread = new();
        RawCells raw = null!;
        thread.Run(() => raw = new RawCells());
        await using EmbeddedRepl trusted = await Inputs.OpenAsync(SandboxProfile.Trusted);
        await using EmbeddedRepl restricted = await Inputs.OpenAsync(SandboxProfile.Restricted);
        Cell cell = new(Inputs.Cell);
        for (int i = 0; i < Warm; i++)
        {
            await Inputs.ExecuteAsync(trusted, cell);
            await Inputs.ExecuteAsync(restricted, cell);
        }

        thread.Run(() => Raw(raw, Warm));
        Pair[] pairs = await Interleaved.RunAsync(
            quick ? 21 : 101,
            () => Task.FromResult(thread.Time(() => Raw(raw, Cells)) * 1000 / Cells),
            () => ManyAsync(trusted, cell),
            () => ManyAsync(restricted, cell),
            () => OwnAsync(trusted, cell),
            () => OwnAsync(restricted, cell));
        return
        [
            Row.ByRatio("trivial cell, Trusted", pairs[0], "us", 1.3),
            Own(pairs[2]),
            Row.ByRatio("trivial cell, Restricted", pairs[1], "us", 2),
            Own(pairs[3]),
        ];
    }

    private static void Raw(RawCells raw, int count)
    {
        for (int i = 0; i < count; i++)
        {
            raw.Run(Inputs.Cell);
        }
    }

    private static Row Own(Pair pair) => new("  of it on the session's thread", pair.Value, pair.Floor, "us", "", null, "the rest is the way there and back") { Ratio = pair.Ratio };

    /// <summary>Microseconds of the cells by the session's own clock: the hop between threads is left out.</summary>
    private static async Task<double> OwnAsync(EmbeddedRepl repl, Cell cell)
    {
        double spent = 0;
        for (int i = 0; i < Cells; i++)
        {
            spent += (await Inputs.ExecuteAsync(repl, cell)).Elapsed.TotalMicroseconds;
        }

        return spent / Cells;
    }

    private static async Task<double> ManyAsync(EmbeddedRepl repl, Cell cell) => 1000 / (double)Cells * await Interleaved.TimeAsync(async () =>
    {
        for (int i = 0; i < Cells; i++)
        {
            await Inputs.ExecuteAsync(repl, cell);
        }
    });
}
