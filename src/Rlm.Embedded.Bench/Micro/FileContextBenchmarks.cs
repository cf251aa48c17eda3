using BenchmarkDotNet.Attributes;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Micro;

/// <summary>How long does a file of 100 MB take as context?</summary>
[MemoryDiagnoser]
public class FileContextBenchmarks
{
    private readonly string _path = Path.GetTempFileName();

    [GlobalSetup]
    public void Write()
    {
        byte[] bytes = new byte[100_000_000];
        Array.Fill(bytes, (byte)'a');
        File.WriteAllBytes(_path, bytes);
    }

    [GlobalCleanup]
    public void Delete() => File.Delete(_path);

    [Benchmark(Baseline = true)]
    public void Floor() => FreshPages.Read(_path);

    [Benchmark]
    public void Context() => Blocking.Close(Blocking.Open(SandboxProfile.Restricted, RlmContext.FromFile(_path)));
}
