using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does a context of 38.5M characters take?</summary>
[MemoryDiagnoser]
public class TextContextBenchmarks
{
    private string _text = null!;

    [GlobalSetup]
    public void Write() => _text = Inputs.Haystack(Inputs.NeedleLines, out _);

    [Benchmark(Baseline = true)]
    public void Floor() => FreshPages.Narrow(_text);

    [Benchmark]
    public void Context() => Blocking.Close(Blocking.Open(SandboxProfile.Restricted, RlmContext.FromText(_text)));
}
