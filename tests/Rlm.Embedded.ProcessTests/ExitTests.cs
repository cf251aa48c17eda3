using System.Diagnostics;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>A process ends at once whatever its sessions do, in every way a .NET process can end.</summary>
public sealed class ExitTests
{
    private const int Aborted = 128 + 6;
    private const int Terminated = 128 + 15;

    // Hang or not: an exit takes some 50 ms, a hang lasts for ever.
    private static readonly TimeSpan s_atOnce = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Return_FromMain_EndsTheProcess([Values("idle", "loop", "stubborn", "sleep", "query")] string busy) =>
        (await LeaveAsync("return", busy)).ShouldBe(0);

    [Test]
    public async Task Exit_ByEnvironment_EndsTheProcess([Values("idle", "loop", "stubborn", "sleep", "query")] string busy) =>
        (await LeaveAsync("exit", busy)).ShouldBe(7);

    [Test]
    public async Task Exception_Unhandled_EndsTheProcess([Values("idle", "loop", "sleep", "query")] string busy) =>
        (await LeaveAsync("throw", busy)).ShouldBe(Aborted);

    [Test]
    public async Task FailFast_Called_EndsTheProcess([Values("idle", "loop", "query")] string busy) =>
        (await LeaveAsync("failfast", busy)).ShouldBe(Aborted);

    [Test]
    public async Task Terminate_BySignal_EndsTheProcess([Values("idle", "loop", "stubborn", "sleep", "query")] string busy) =>
        (await LeaveAsync("signal", busy, "TERM")).ShouldBe(Terminated);

    [Test]
    public async Task Interrupt_BySignal_EndsTheProcess([Values("idle", "loop", "query")] string busy) =>
        (await LeaveAsync("signal", busy, "INT")).ShouldBe(128 + 2);

    private static async Task<int> LeaveAsync(string way, string busy, string? signal = null)
    {
        using HostProcess host = HostProcess.Start(null, "Leave", way, busy);
        string? line = await host.LineAsync();
        line.ShouldBe("ready", line is null ? await host.ErrorsAsync() : null);
        long start = Stopwatch.GetTimestamp();
        if (signal is not null)
        {
            using Process kill = Process.Start("kill", ["-" + signal, host.Id.ToString()]);
            await kill.WaitForExitAsync();
        }

        int code = await host.ExitAsync(s_atOnce);
        TestContext.Out.WriteLine($"ended after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        return code;
    }
}
