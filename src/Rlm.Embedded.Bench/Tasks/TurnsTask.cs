using Microsoft.Extensions.AI;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>A run of 51 turns on a small context with a model that answers at once.</summary>
internal static class TurnsTask
{
    private const int Turns = 51;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        RawThread thread = new();
        RawCells raw = null!;
        thread.Run(() => raw = new RawCells());
        RlmContext context = RlmContext.FromText("a small context");
        for (int i = 0; i < 100; i++)
        {
            await OnceAsync(context);
        }

        Pair[] pairs = await Interleaved.RunAsync(
            quick ? 51 : 201,
            () => Task.FromResult(thread.Time(() =>
            {
                for (int i = 0; i < Turns; i++)
                {
                    raw.Run(Inputs.Cell);
                }
            })),
            () => OnceAsync(context));
        return [Row.ByValue("run of 51 turns, small context, instant model", pairs[0], "ms", 3, "floor: 51 raw cells; Restricted")];
    }

    private static Task<double> OnceAsync(RlmContext context) => Interleaved.TimeAsync(async () =>
    {
        using IChatClient model = Inputs.Turns(Turns);
        await Inputs.RunAsync(model, context, "done");
    });
}
