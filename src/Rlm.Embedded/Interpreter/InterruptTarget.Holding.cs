using System.Diagnostics;

namespace Rlm.Embedded.Interpreter;

/// <content>Requests that wait for an import to be over.</content>
internal sealed unsafe partial class InterruptTarget
{
    private int _holds;
    private long _heldUntil;

    /// <summary>True while requests wait for an import to be over.</summary>
    public bool IsHeld => Volatile.Read(ref _heldUntil) is var until && until != 0 && Stopwatch.GetTimestamp() < until;

    /// <summary>
    /// Lets requests wait, for at most so long, until <see cref="Release"/>: a module whose import is interrupted half-way can be lost to all sessions.
    /// Holds nest. Called on the thread, with the GIL.
    /// </summary>
    public void Hold(TimeSpan most)
    {
        if (_holds++ == 0)
        {
            Volatile.Write(ref _heldUntil, Stopwatch.GetTimestamp() + ToTicks(most));
        }
    }

    /// <summary>Ends a <see cref="Hold"/>. What was asked for meanwhile comes now, and counts from now on.</summary>
    public void Release()
    {
        if (_holds == 0 || --_holds > 0)
        {
            return;
        }

        int run = Run;
        bool isLate = run != 0 && RequestedRun == run;
        if (isLate)
        {
            CpuAtRequest = LibC.ThreadCpuTime(Tid);
            Volatile.Write(ref _requestedAt, Stopwatch.GetTimestamp());
        }

        Volatile.Write(ref _heldUntil, 0);
        if (isLate)
        {
            Watchdog.Arm(0);
        }
    }
}
