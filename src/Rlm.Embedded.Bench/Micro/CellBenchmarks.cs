using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does a trivial cell take?</summary>
[MemoryDiagnoser]
public class CellBenchmarks
{
    private const int Cells = 100;

    private readonly Cell _cell = new(Inputs.Cell);
    private RawThread _thread = null!;
    private RawCells _raw = null!;
    private EmbeddedRepl _trusted = null!;
    private EmbeddedRepl _restricted = null!;

    [GlobalSetup]
    public void Open()
    {
        _thread = new RawThread();
        _thread.Run(() => _raw = new RawCells());
        _trusted = Blocking.Open(SandboxProfile.Trusted);
        _restricted = Blocking.Open(SandboxProfile.Restricted);
    }

    [GlobalCleanup]
    public void Close()
    {
        Blocking.Close(_trusted);
        Blocking.Close(_restricted);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Cells)]
    public void Floor() => _thread.Run(() =>
    {
        for (int i = 0; i < Cells; i++)
        {
            _raw.Run(Inputs.Cell);
        }
    });

    [Benchmark(OperationsPerInvoke = Cells)]
    public void Trusted() => Many(_trusted);

    [Benchmark(OperationsPerInvoke = Cells)]
    public void Restricted() => Many(_restricted);

    private void Many(EmbeddedRepl repl)
    {
        for (int i = 0; i < Cells; i++)
        {
            Blocking.Execute(repl, _cell);
        }
    }
}
