using System.Diagnostics;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// One thread that knows the deadlines of all Python threads and interrupts those that are late, every 10 ms until they end.
/// It sleeps until the earliest deadline and never takes the GIL.
/// </summary>
internal static class Watchdog
{
    private static readonly long s_retryTicks = Stopwatch.Frequency / 100;
    // A loop inside C that never looks for signals ends when it next allocates.
    private static readonly long s_patientTicks = Stopwatch.Frequency / 16;

    private static readonly Lock s_lock = new();
    private static readonly SemaphoreSlim s_wake = new(0);
    // Code that has not ended this long after it was asked to holds the interpreter: at once if the GIL has not moved either.
    private static readonly long s_stuckTicks = Stopwatch.Frequency * 9 / 10;
    private static readonly TimeSpan s_stuckWork = TimeSpan.FromSeconds(0.7);
    private static readonly long s_lostTicks = Stopwatch.Frequency * 10;
    private static long s_progress;
    private static long s_progressAt;
    private static int s_turn;

    private static InterruptTarget[] s_targets = [];
    private static long s_nextLook = long.MaxValue;
    private static bool s_started;

    /// <summary>Makes a thread known, for as long as the process lives. Called by one that is not confined.</summary>
    public static void Register(InterruptTarget target)
    {
        lock (s_lock)
        {
            s_targets = [.. s_targets, target];
            if (s_started)
            {
                return;
            }

            s_started = true;
        }

        new Thread(Loop) { IsBackground = true, Name = "rlm-watchdog", Priority = ThreadPriority.AboveNormal }.Start();
    }

    /// <summary>Says that a deadline was set. Wakes the watchdog only if it would look too late.</summary>
    public static void Arm(long deadline)
    {
        Interlocked.MemoryBarrier();
        if (deadline < Volatile.Read(ref s_nextLook))
        {
            s_wake.Release();
        }
    }

#pragma warning disable RS0030 // This thread is the watchdog's own.
    private static void Loop()
    {
        while (true)
        {
            // While it looks, whoever arms wakes it again: no deadline is missed.
            Volatile.Write(ref s_nextLook, long.MaxValue);
            Interlocked.MemoryBarrier();
            long next = Look();
            Volatile.Write(ref s_nextLook, next);
            if (next == long.MaxValue)
            {
                s_wake.Wait();
            }
            else
            {
                double milliseconds = (next - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency;
                s_wake.Wait((int)Math.Clamp(Math.Ceiling(milliseconds), 0, int.MaxValue));
            }

            while (s_wake.Wait(0))
            {
                // One look answers all who called.
            }
        }
    }
#pragma warning restore RS0030

    /// <summary>
    /// A thread that is late only because another holds the interpreter uses no processor; the one that holds it does.
    /// </summary>
    private static bool IsStuck(InterruptTarget target, long now)
    {
        long late = now - target.RequestedAt;
        if (late < s_stuckTicks || (late < s_lostTicks && now - s_progressAt < s_stuckTicks))
        {
            return false;
        }

        // Its own processor time, not the clock's: on a crowded machine an honest collection of garbage takes as long.
        return target.CpuAtRequest is not { } before || LibC.ThreadCpuTime(target.Tid) - before > (late < s_lostTicks ? s_stuckWork : Stopwatch.GetElapsedTime(0, late) / 4);
    }

    /// <summary>
    /// The late thread that has used the processor most since the last look: where the GIL does not move it is the one that holds it, and
    /// a turn it missed on a crowded machine would cost it all the others'.
    /// </summary>
    private static InterruptTarget? Busiest(InterruptTarget[] targets)
    {
        InterruptTarget? busiest = null;
        TimeSpan most = TimeSpan.Zero;
        foreach (InterruptTarget target in targets)
        {
            if (target.IsRequested && target.CpuSinceLook() is var used && used > most)
            {
                most = used;
                busiest = target;
            }
        }

        return busiest;
    }

    private static long Look()
    {
        long now = Stopwatch.GetTimestamp();
        if (Wedge.Progress is var progress && progress != s_progress)
        {
            s_progress = progress;
            s_progressAt = now;
        }

        long next = long.MaxValue;
        int late = 0;
        InterruptTarget? signalled = null;
        foreach (InterruptTarget target in Volatile.Read(ref s_targets))
        {
            int run = target.Run;
            if (run == 0)
            {
                continue;
            }

            long deadline = target.Deadline;
            if (deadline <= now)
            {
                target.Request(run, InterruptReason.Timeout);
            }

            if (target.IsRequested)
            {
                // Only one thread at a time can be the one that handles signals: they take turns.
                if (late++ <= s_turn)
                {
                    signalled = target;
                }

                // Code that meets the exception again and again needs no more; code in C that never looks does.
                long phase = (now - Math.Max(target.RequestedAt, target.SeenAt)) / s_patientTicks;
                if (phase >= (target.WasStarved ? 1 : 3))
                {
                    target.StarveOfMemory(run);
                }
                else
                {
                    target.Feed();
                }

                if (IsStuck(target, now))
                {
                    Wedge.Declare(target, run, Volatile.Read(ref s_targets));
                }

                next = Math.Min(next, now + (late > 1 ? s_retryTicks / 4 : s_retryTicks));
            }
            else
            {
                // Late and not to be interrupted just now: its thread looks at what an interrupt did.
                next = Math.Min(next, deadline > now && !target.IsHeld ? deadline : now + s_retryTicks);
            }
        }

        s_turn = s_turn + 1 < late ? s_turn + 1 : 0;
        if (late > 1 && now - s_progressAt > s_patientTicks)
        {
            signalled = Busiest(Volatile.Read(ref s_targets)) ?? signalled;
        }

        if (signalled is not null)
        {
            Interrupts.Send(signalled);
        }

        return next;
    }
}
