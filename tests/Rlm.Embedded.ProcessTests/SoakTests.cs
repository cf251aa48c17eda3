using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Memory and handles of a process that runs cells, host calls and sessions for long.</summary>
public sealed class SoakTests
{
    // What a line has after its name.
    private const int Managed = 0;
    private const int Native = 1;
    private const int PythonBlocks = 2;
    private const int Handles = 3;
    private const int Threads = 4;
    private const int Figures = 5;

    /// <summary>RLM_SOAK=full: a million cells and a hundred thousand host calls.</summary>
    private static readonly bool s_full = Environment.GetEnvironmentVariable("RLM_SOAK") == "full";

    /// <summary>
    /// What the allocators have given out is judged, which a busy machine does not change: resident memory is printed only. The least of the last rounds is
    /// compared with the least of the first, for what is on its way just then is not held.
    /// </summary>
    [Test]
    public async Task Memory_AfterWarmUp_IsFlat()
    {
        (int cells, int calls, int sessions) = s_full ? (1_000_000, 100_000, 10_000) : (100_000, 10_000, 500);
        using HostProcess host = HostProcess.Start(null, "Soak", $"{cells}", $"{calls}", $"{sessions}");
        List<string> lines = [];
        while (await host.LineAsync(HostProcess.Guard * 10) is { } line)
        {
            lines.Add(line);
            TestContext.Progress.WriteLine("soak: part, managed, native bytes, Python's blocks, handles, threads, resident KiB, seconds: " + line);
        }

        (await host.ExitAsync(HostProcess.Guard)).ShouldBe(0, await host.ErrorsAsync());
        long[][] figures = [.. lines.Select(line => line.Split(' ')[1..(1 + Figures)].Select(long.Parse).ToArray())];
        figures.Length.ShouldBe(11);

        // Between the two groups lie five of ten rounds: half of all cells. A leak of 60 bytes a cell would be 3 MB of 100,000 cells.
        string all = string.Join('\n', lines);
        Growth(figures, Managed).ShouldBeLessThan(1_000_000, all);
        Growth(figures, Native).ShouldBeLessThan(1_500_000, all);
        Growth(figures, PythonBlocks).ShouldBeLessThan(2_000, all);
        Growth(figures, Handles).ShouldBeLessThanOrEqualTo(6, all);
        Growth(figures, Threads).ShouldBeLessThanOrEqualTo(6, all);
    }

    private static long Growth(long[][] figures, int which) => figures[^3..].Min(round => round[which]) - figures[3..6].Min(round => round[which]);
}
