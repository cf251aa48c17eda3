using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Memory and handles of a process that runs cells, host calls and sessions for long.</summary>
public sealed class SoakTests
{
    /// <summary>RLM_SOAK=full: a million cells and a hundred thousand host calls.</summary>
    private static readonly bool s_full = Environment.GetEnvironmentVariable("RLM_SOAK") == "full";

    [Test]
    public async Task Memory_AfterWarmUp_IsFlat()
    {
        (int cells, int calls, int sessions) = s_full ? (1_000_000, 100_000, 10_000) : (20_000, 10_000, 500);
        using HostProcess host = HostProcess.Start(null, "Soak", $"{cells}", $"{calls}", $"{sessions}");
        List<string> lines = [];
        while (await host.LineAsync() is { } line)
        {
            lines.Add(line);
            TestContext.Progress.WriteLine("soak: part, resident KiB, handles, threads, managed KiB, seconds: " + line);
        }

        (await host.ExitAsync(HostProcess.Guard)).ShouldBe(0, await host.ErrorsAsync());
        long[][] figures = [.. lines.Select(line => line.Split(' ')[1..4].Select(long.Parse).ToArray())];
        figures.Length.ShouldBe(11);

        // The allocators and the tiered compiler settle during the first parts.
        long[] warm = figures[4];
        (figures[^1][0] - warm[0]).ShouldBeLessThan(s_full ? 20_000 : 4_000, string.Join('\n', lines));
        figures[^1][1].ShouldBeLessThanOrEqualTo(warm[1] + 2);
        figures[^1][2].ShouldBeLessThanOrEqualTo(warm[2] + 4);
    }
}
