using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does a prompt of a batch take, the engine left out?</summary>
[MemoryDiagnoser]
public class BatchBenchmarks
{
    private const int Prompts = 1_000;

    private EmbeddedRepl _repl = null!;

    [GlobalSetup]
    public void Open()
    {
        _repl = Blocking.Open(SandboxProfile.Restricted);
        Blocking.Execute(_repl, new Cell($"prompts = ['prompt %d' % i for i in range({Prompts})]"));
    }

    [GlobalCleanup]
    public void Close() => Blocking.Close(_repl);

    [Benchmark(Baseline = true, OperationsPerInvoke = Prompts)]
    public CellResult Floor() => Blocking.Execute(_repl, new Cell("r = [len(p) for p in prompts]"));

    [Benchmark(OperationsPerInvoke = Prompts)]
    public CellResult Batch() => Blocking.Execute(_repl, new Cell("r = llm_query_batched(prompts)"));
}
