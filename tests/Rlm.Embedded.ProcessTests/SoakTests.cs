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

        // Pools (.NET's tiers, CPython's arenas) grow by rare steps and a busy machine makes noise, so the median of the tenths' growth counts:
        // 0 to 20 KiB measured, 0.2 MiB on a machine with five times its load. A leak of 60 bytes a cell gives 0.6 MiB, in the full run 5.7 MiB.
        long[] growth = [.. Enumerable.Range(4, 7).Select(part => figures[part][Resident] - figures[part - 1][Resident]).Order()];
        growth[growth.Length / 2].ShouldBeLessThan(450, string.Join('\n', lines));
        (figures[^1][Resident] - figures[3][Resident]).ShouldBeLessThan(10_000, string.Join('\n', lines));
        figures[^1][Handles].ShouldBeLessThanOrEqualTo(figures[2][Handles] + 6, string.Join('\n', lines));
        figures[^1][Threads].ShouldBeLessThanOrEqualTo(figures[2][Threads] + 6, string.Join('\n', lines));
    }
}
