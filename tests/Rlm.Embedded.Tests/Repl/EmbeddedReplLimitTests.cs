using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>Limits of a cell and of a session: each stops the cell, says so, and leaves the variables and, where it is the cell's own, the next cell.</summary>
public sealed class EmbeddedReplLimitTests : ReplTest
{
    [Test]
    public async Task CellHostCalls_OneTooMany_EndsTheCellAndTheNextOneAsks()
    {
        int asked = 0;
        EmbeddedRepl repl = await OpenAsync(With(_ => $"{++asked}") with { Limits = new ReplLimits { CellHostCalls = 3 } });

        CellResult over = await RunAsync(repl, "seen = []\nfor i in range(9):\n    try: seen.append(llm_query('x'))\n    except Exception: pass");
        CellResult next = await RunAsync(repl, "print(seen, llm_query('x'))");

        over.Stopped.ShouldBe(CellStop.HostCalls);
        over.Error!.Type.ShouldBe("HostCallsError");
        over.Error.Message.ShouldContain("a cell may make 3");
        next.Stdout.ShouldBe("['1', '2', '3'] 4\n");
    }

    [Test]
    public async Task CellHostCalls_ABatchTooLarge_AsksNobody()
    {
        int asked = 0;
        EmbeddedRepl repl = await OpenAsync(With(_ => $"{++asked}") with { Limits = new ReplLimits { CellHostCalls = 3 } });

        (await RunAsync(repl, "llm_query_batched(['x'] * 4)")).Stopped.ShouldBe(CellStop.HostCalls);
        (await RunAsync(repl, "llm_query_batched(['x'] * 3)")).Stdout.ShouldBe("['1', '2', '3']\n");
    }

    [Test]
    public async Task SessionHostCalls_UsedUp_EndEveryCellThatAsks()
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => "reply") with { Limits = new ReplLimits { SessionHostCalls = 2 } });

        (await RunAsync(repl, "llm_query('a')\nllm_query('b')")).Stopped.ShouldBe(CellStop.None);
        (await RunAsync(repl, "llm_query('c')")).Stopped.ShouldBe(CellStop.HostCalls);
        (await RunAsync(repl, "llm_query('d')")).Stopped.ShouldBe(CellStop.HostCalls);
        (await RunAsync(repl, "1 + 1")).Stdout.ShouldBe("2\n");
    }

    [Test]
    public async Task SessionTime_UsedUp_StopsEveryFurtherCell()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { SessionTime = Short } });

        CellResult first = await RunAsync(repl, "kept = 1\nwhile True: pass");
        CellResult second = await RunAsync(repl, "while True: pass");

        first.Stopped.ShouldBe(CellStop.Timeout);
        first.Error!.Message.ShouldContain("its session");
        second.Stopped.ShouldBe(CellStop.Timeout);
        second.Elapsed.ShouldBeLessThan(Guard);
    }

    [Test]
    public async Task CellWallTime_PassedInASubCall_IsTimeoutAndTheSessionGoesOn()
    {
        TaskCompletionSource never = new();
        EmbeddedRepl repl = await OpenAsync(
            With(async (call, token) =>
            {
                await (call.Prompt == "hang" ? never.Task.WaitAsync(token) : Task.CompletedTask);
                return "reply";
            }) with { Limits = new ReplLimits { CellWallTime = Short, CellTimeout = null } });

        CellResult waited = await RunAsync(repl, "kept = 1\nllm_query('hang')");
        CellResult next = await RunAsync(repl, "print(kept, llm_query('x'))");

        waited.Stopped.ShouldBe(CellStop.Timeout);
        waited.Error!.Message.ShouldContain("sub-calls counted");
        next.Stdout.ShouldBe("1 reply\n");
    }

    [Test]
    public async Task CellWallTime_CallerCancelsFirst_IsCancelled()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource never = new();
        EmbeddedRepl repl = await OpenAsync(
            With(async (_, token) =>
            {
                asked.SetResult();
                await never.Task.WaitAsync(token);
                return "";
            }) with { Limits = new ReplLimits { CellWallTime = Guard } });
        using CancellationTokenSource cancel = new();

        Task<CellResult> running = RunAsync(repl, "llm_query('hang')", token: cancel.Token);
        await asked.Task.WaitAsync(Guard);
        await cancel.CancelAsync();

        (await running).Stopped.ShouldBe(CellStop.Cancelled);
    }
}
