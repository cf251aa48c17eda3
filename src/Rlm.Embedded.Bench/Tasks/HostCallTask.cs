using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>llm_query with a host that answers at once, in a Python loop, against a builtin in the same loop.</summary>
internal static class HostCallTask
{
    private const int Inline = 10_000;
    private const int Handed = 500;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        await using EmbeddedRepl trusted = await Inputs.OpenAsync(SandboxProfile.Trusted);
        await using EmbeddedRepl restricted = await Inputs.OpenAsync(SandboxProfile.Restricted);
        Pair[] pairs = await Interleaved.RunAsync(
            quick ? 15 : 101,
            () => TimeAsync(trusted, "len", Inline),
            () => TimeAsync(trusted, "llm_query", Inline),
            () => TimeAsync(restricted, "llm_query", Handed));
        return [Row.ByValue("host call, inline (Trusted)", pairs[0], "us", 1, "floor: len()"), Row.ByValue("host call, handed over (Restricted)", pairs[1], "us", 15, "floor: len()")];
    }

    private static async Task<double> TimeAsync(EmbeddedRepl repl, string function, int count)
    {
        CellResult result = await Inputs.ExecuteAsync(repl, new Cell($"def f(g):\n    for _ in range({count}): g('echo')\nf({function})"));
        return result.Elapsed.TotalMicroseconds / count;
    }
}
