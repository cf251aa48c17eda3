using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does it take to open and close a session?</summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private RawThread _thread = null!;

    [GlobalSetup]
    public void Start() => _thread = new RawThread();

    [Benchmark(Baseline = true)]
    public void ThreeHops()
    {
        for (int i = 0; i < 3; i++)
        {
            _thread.Run(static () => { });
        }
    }

    [Benchmark]
    public void Trusted() => Blocking.Close(Blocking.Open(SandboxProfile.Trusted));

    [Benchmark]
    public void Restricted() => Blocking.Close(Blocking.Open(SandboxProfile.Restricted));
}
