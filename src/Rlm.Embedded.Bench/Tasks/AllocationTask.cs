using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>Managed bytes that a trivial cell allocates on all threads together.</summary>
internal static class AllocationTask
{
    private const int Cells = 5_000;
    private const double Most = 1024;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick) =>
        [await MeasureAsync(SandboxProfile.Trusted), await MeasureAsync(SandboxProfile.Restricted)];

    private static async Task<Row> MeasureAsync(SandboxProfile profile)
    {
        await using EmbeddedRepl repl = await Inputs.OpenAsync(profile);
        Cell cell = new(Inputs.Cell);
        long before = 0;
        for (int i = -Cells; i < Cells; i++)
        {
            if (i == 0)
            {
                before = GC.GetTotalAllocatedBytes(precise: true);
            }

            await repl.ExecuteAsync(cell);
        }

        double each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Cells;
        return new Row($"allocations per trivial cell, {profile}", each, null, "B", "<= 1 KiB", each <= Most);
    }
}
