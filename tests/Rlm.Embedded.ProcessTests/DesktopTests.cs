using System.Diagnostics;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>The library within a desktop program: in a cage, on the thread of its windows, started by a parent that ignores signals.</summary>
[Category("Interpreter")]
public sealed class DesktopTests
{
    private const string Worked = """
        ["1", "22"]
        ["1", "22"]
        4711
        100000

        """;

    [Test]
    public async Task Process_MayNeitherForkNorExec_Works()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Ignore("The filter of this test is one of Linux on x86-64.");
        }

        (int code, string output) = await HostProcess.RunAsync(null, "NoProcesses");

        output.ShouldBe("no process\n" + Worked);
        code.ShouldBe(0);
    }

    [Test]
    public async Task UiThread_Awaits_IsNotHeldUpAndLeavesInTheMiddleOfACell()
    {
        using HostProcess host = HostProcess.Start(null, "OnAUiThread");
        List<string?> lines = [];
        while (lines.LastOrDefault() != "ready")
        {
            string? line = await host.LineAsync();
            lines.Add(line.ShouldNotBeNull(line is null ? await host.ErrorsAsync() : null));
        }

        long start = Stopwatch.GetTimestamp();
        (await host.ExitAsync(HostProcess.Guard)).ShouldBe(0);

        TestContext.Out.WriteLine($"ended after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        string.Join('\n', lines).ShouldBe(Worked + "same thread\nwaited for\nready");
    }

    [TestCase("--ignore-signal=INT")]
    [TestCase("--ignore-signal=URG")]
    [TestCase("--block-signal=URG")]
    [TestCase("--block-signal=INT")]
    public async Task Interrupts_ParentIgnoresOrBlocksSignals_Work(string how)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Signals are sent to threads on Linux.");
        }

        using HostProcess host = HostProcess.StartUnder(["env", how], null, "Interrupted");
        (int code, string output) = await host.OutcomeAsync();

        output.ShouldBe("Timeout\nTimeout\nTimeout\nTrue\n");
        code.ShouldBe(0);
    }
}
