using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>Benchmarks are ordinary methods: they wait.</summary>
internal static class Blocking
{
    public static EmbeddedRepl Open(SandboxProfile profile, RlmContext? context = null) => Inputs.OpenAsync(profile, context).AsTask().GetAwaiter().GetResult();

    public static CellResult Execute(EmbeddedRepl repl, Cell cell)
    {
        ValueTask<CellResult> running = repl.ExecuteAsync(cell);
        return running.IsCompletedSuccessfully ? running.Result : running.AsTask().GetAwaiter().GetResult();
    }

    public static void Close(EmbeddedRepl repl) => repl.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
