using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does a call from Python to the host take, inline and handed over?</summary>
[MemoryDiagnoser]
public class HostCallBenchmarks
{
    private const int Calls = 1_000;

    private EmbeddedRepl _trusted = null!;
    private EmbeddedRepl _restricted = null!;

    [GlobalSetup]
    public void Open()
    {
        _trusted = Blocking.Open(SandboxProfile.Trusted);
        _restricted = Blocking.Open(SandboxProfile.Restricted);
    }

    [GlobalCleanup]
    public void Close()
    {
        Blocking.Close(_trusted);
        Blocking.Close(_restricted);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Calls)]
    public CellResult Floor() => Loop(_trusted, "len");

    [Benchmark(OperationsPerInvoke = Calls)]
    public CellResult Inline() => Loop(_trusted, "llm_query");

    [Benchmark(OperationsPerInvoke = Calls)]
    public CellResult HandedOver() => Loop(_restricted, "llm_query");

    private static CellResult Loop(EmbeddedRepl repl, string function) => Blocking.Execute(repl, new Cell($"for _ in range({Calls}): {function}('echo')"));
}
