using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>Opening and closing a session on a warm engine.</summary>
internal static class SessionTask
{
    private const int Sessions = 100;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        RawThread thread = new();
        Pair[] pairs = await Interleaved.RunAsync(
            quick ? 15 : 101,
            () => Interleaved.TimeAsync(() =>
            {
                // Load, open and close: three pieces of work.
                for (int i = 0; i < Sessions * 3; i++)
                {
                    thread.Run(static () => { });
                }

                return Task.CompletedTask;
            }),
            () => ManyAsync(SandboxProfile.Trusted),
            () => ManyAsync(SandboxProfile.Restricted));
        return [Row.ByValue("session open + close, Trusted", Each(pairs[0]), "ms", 0.2, "floor: three hops to a thread"), Row.ByValue("session open + close, Restricted", Each(pairs[1]), "ms", 0.2)];
    }

    private static Pair Each(Pair pair) => new(pair.Value / Sessions, pair.Floor / Sessions, pair.Ratio);

    private static Task<double> ManyAsync(SandboxProfile profile) => Interleaved.TimeAsync(async () =>
    {
        for (int i = 0; i < Sessions; i++)
        {
            await using EmbeddedRepl repl = await Inputs.OpenAsync(profile);
        }
    });
}
