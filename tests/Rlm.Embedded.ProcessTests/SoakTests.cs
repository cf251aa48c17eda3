using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Memory and handles of a process that runs cells, host calls and sessions for long.</summary>
public sealed class SoakTests
{
    private const int Resident = 0;
    private const int Handles = 1;
    private const int Threads = 2;

    /// <summary>RLM_SOAK=full: a million cells and a hundred thousand host calls.</summary>
    private static readonly bool s_full = Environment.GetEnvironmentVariable("RLM_SOAK") == "full";

    [Test]
    public async Task Memory_AfterWarmUp_IsFlat()
    {
        (int cells, int calls, int sessions) = s_full ? (1_000_000, 100_000, 10_000) : (100_000, 10_000, 500);
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

        // The first tenths fill pools: .NET's tiers, CPython's arenas. From the fourth on, 0.1 to 1.2 MiB was measured over 80,000 cells,
        // 0.02 MiB over 800,000; a leak of 60 bytes a cell would be 4.6 MiB and 46 MiB.
        (figures[^1][Resident] - figures[4][Resident]).ShouldBeLessThan(3_000, string.Join('\n', lines));
        figures[^1][Handles].ShouldBeLessThanOrEqualTo(figures[4][Handles] + 6, string.Join('\n', lines));
        figures[^1][Threads].ShouldBeLessThanOrEqualTo(figures[4][Threads] + 6, string.Join('\n', lines));
    }
}
