using System.Diagnostics;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// One Python thread as the watchdog sees it. The thread itself opens and closes a run; the watchdog and callers may ask to end it.
/// A request names the run it is for, so one that comes late finds nobody.
/// </summary>
internal sealed unsafe partial class InterruptTarget(Mailbox<PythonWork> waiting)
{
    private static int s_lastRun;
    private static int s_minor;

    private int _run;
    private long _request;
    private long _requestedAt;
    private long _seenAt;
    private PythonWork? _work;
    private long _deadline = long.MaxValue;
    private long _timeLeft;
    private int _pauses;
    private bool _tracing;
    private bool _traced;
    private TimeSpan _cpuAtLook;
    private int _shield;
    private int _raised;
    private int _refusedRun;
    private int _starving;
    private int _memoryMet;
    private bool _watchesObjects;

    /// <summary>Python's name for the thread.</summary>
    public nuint Ident { get; private set; }

    /// <summary>The kernel's name for the thread.</summary>
    public int Tid { get; private set; }

    /// <summary>The thread's <c>PyThreadState</c>.</summary>
    public nint ThreadState { get; private set; }

    /// <summary>The current run, or 0.</summary>
    public int Run => Volatile.Read(ref _run);

    /// <summary>When the current run's time is up, in Stopwatch ticks; <see cref="long.MaxValue"/> for never.</summary>
    public long Deadline => Volatile.Read(ref _deadline);

    /// <summary>True when somebody wants the current run to end.</summary>
    public bool IsRequested
    {
        get
        {
            int run = Volatile.Read(ref _run);
            return run != 0 && _shield == 0 && RequestedRun == run && !IsHeld;
        }
    }

    /// <summary>Why the current run was asked to end.</summary>
    public InterruptReason Reason => IsRequested ? (InterruptReason)(int)Volatile.Read(ref _request) : InterruptReason.None;

    /// <summary>What the thread does or waits for the GIL to do; null while it is idle.</summary>
    public PythonWork? Work
    {
        set => Volatile.Write(ref _work, value);
    }

    /// <summary>Frees all who wait for what the thread does or is to do. Any thread.</summary>
    public void Abandon(Exception reason)
    {
        Volatile.Read(ref _work)?.Abandon(reason);
        foreach (PythonWork work in waiting.Waiting)
        {
            work.Abandon(reason);
        }
    }

    /// <summary>CPU time of the thread when the current run was asked to end.</summary>
    public TimeSpan? CpuAtRequest { get; private set; }

    /// <summary>CPU time of the thread since the last call. The watchdog calls it.</summary>
    public TimeSpan CpuSinceLook()
    {
        TimeSpan now = LibC.ThreadCpuTime(Tid) ?? TimeSpan.Zero;
        TimeSpan used = now - _cpuAtLook;
        _cpuAtLook = now;
        return used;
    }

    /// <summary>When the thread last met the request, in Stopwatch ticks.</summary>
    public long SeenAt => Volatile.Read(ref _seenAt);

    /// <summary>Notes that the thread has met the request. Called on it.</summary>
    public void NoteSeen() => Volatile.Write(ref _seenAt, Stopwatch.GetTimestamp());

    /// <summary>When the current run was asked to end, in Stopwatch ticks; where that was held back for too long, when it no longer was.</summary>
    public long RequestedAt => Math.Max(Volatile.Read(ref _requestedAt), Volatile.Read(ref _heldUntil));

    /// <summary>Called on the thread itself, with the GIL, once.</summary>
    public void Identify()
    {
        Ident = PyThread_get_thread_ident();
        ThreadState = PyThreadState_Get();
        if (s_minor == 0)
        {
            string version = Marshal.PtrToStringUTF8((nint)Py_GetVersion()) ?? "";
            s_minor = int.Parse(version.AsSpan(2, version.AsSpan(2).IndexOf('.')));
        }

        Tid = OperatingSystem.IsLinux() ? LibC.GetTid() : 0;
    }

    /// <summary>Opens a run.</summary>
    /// <param name="limit">Time it may take, host calls excluded; null for no limit.</param>
    /// <returns>The run, to be named in <see cref="Request"/>.</returns>
    public int Begin(TimeSpan? limit)
    {
        int run = Interlocked.Increment(ref s_lastRun);
        _raised = 0;
        _traced = false;
        WasStarved = false;
        _memoryMet = 0;
        _pauses = 0;
        _holds = 0;
        Volatile.Write(ref _heldUntil, 0);
        Volatile.Write(ref _deadline, limit is { } time ? Stopwatch.GetTimestamp() + ToTicks(time) : long.MaxValue);
        Volatile.Write(ref _run, run);
        Watchdog.Arm(Deadline);
        return run;
    }

    /// <summary>Closes the run: from here on no request reaches the thread.</summary>
    /// <returns>Why it was asked to end.</returns>
    public InterruptReason End()
    {
        _shield = 0;
        Volatile.Write(ref _heldUntil, 0);
        InterruptReason reason = Reason;
        Volatile.Write(ref _run, 0);
        Feed();
        if (_watchesObjects)
        {
            _watchesObjects = false;
            MemoryQuota.WatchObjects(on: false);
        }

        Volatile.Write(ref _deadline, long.MaxValue);
        if (_tracing)
        {
            _tracing = false;
            PyEval_SetTrace(0, null);
        }

        return reason;
    }

    /// <summary>Stops the clock while the run waits for the host. Several of its threads may (Trusted): the last to resume starts it. Needs the GIL.</summary>
    public void Pause()
    {
        if (_pauses++ > 0)
        {
            return;
        }

        long deadline = Deadline;
        _timeLeft = deadline == long.MaxValue ? long.MaxValue : deadline - Stopwatch.GetTimestamp();
        Volatile.Write(ref _deadline, long.MaxValue);
    }

    /// <summary>Starts the clock again.</summary>
    public void Resume()
    {
        if (_pauses > 0 && --_pauses == 0 && _timeLeft != long.MaxValue)
        {
            Volatile.Write(ref _deadline, Stopwatch.GetTimestamp() + _timeLeft);
            Watchdog.Arm(Deadline);
        }
    }

    /// <summary>Leaves the run at most so much time from now on. Needs the GIL.</summary>
    public void Hasten(TimeSpan grace)
    {
        long ticks = ToTicks(grace);
        if (_pauses > 0)
        {
            _timeLeft = Math.Min(_timeLeft, ticks);
        }
        else if (Run != 0 && Stopwatch.GetTimestamp() + ticks is var soon && soon < Deadline)
        {
            Volatile.Write(ref _deadline, soon);
            Watchdog.Arm(soon);
        }
    }

    /// <summary>Keeps requests from the thread while its own code looks at what they did; <see cref="End"/> still tells the reason.</summary>
    public void Shield() => Interlocked.Exchange(ref _shield, 1);

    /// <summary>Asks a run to end. Any thread; returns at once. Does nothing when that run is over.</summary>
    public void Request(int run, InterruptReason reason)
    {
        if (Run != run || RequestedRun == run)
        {
            return;
        }

        Volatile.Write(ref _requestedAt, Stopwatch.GetTimestamp());
        CpuAtRequest = LibC.ThreadCpuTime(Tid);

        // One word: a request that comes late, beside one for the next run, cannot lend it its reason.
        Volatile.Write(ref _request, ((long)run << 32) | (uint)reason);
        Watchdog.Arm(0);
    }

    /// <summary>Asks the run of the calling thread to end at the next chance, without waiting for the watchdog. Needs the GIL.</summary>
    public void RequestHere(InterruptReason reason)
    {
        Request(Run, reason);
        Interrupts.Raise(this);
    }

    /// <summary>From now on the run's objects are watched while they are made. False when they are already, or nothing runs. Called on the thread.</summary>
    public bool WatchObjects()
    {
        if (_watchesObjects || Run == 0)
        {
            return false;
        }

        _watchesObjects = true;
        MemoryQuota.WatchObjects(on: true);
        return true;
    }

    /// <summary>
    /// True where the thread is deep in a recursion and one MemoryError more could end the process: CPython 3.10 and 3.11 call
    /// it fatal when the recursion limit is passed again while its own error is handled ("Cannot recover from stack overflow").
    /// </summary>
    public bool IsDeep
    {
        get
        {
            // PyThreadState: 3.10 has the depth there, 3.11 what is left of it; later versions have no such fatal error.
            int depth = *(int*)(ThreadState + 32);
            return s_minor switch
            {
                10 => depth > 700,
                11 => depth < 300,
                _ => false,
            };
        }
    }

    /// <summary>
    /// True when the allocation that the thread tries now is to fail: that ends a loop in C. One is enough until the watchdog asks again, for the
    /// signal's handler, which ends what swallows the MemoryError, needs memory itself.
    /// </summary>
    public bool TakeRefusal()
    {
        int refused = Volatile.Read(ref _refusedRun);
        return refused != 0 && refused == Volatile.Read(ref _run) && _shield == 0 && !IsDeep && Interlocked.Exchange(ref _refusedRun, 0) == refused;
    }

    /// <summary>True once an allocation of the current run was to fail.</summary>
    public bool WasStarved { get; private set; }

    /// <summary>True when the current run was refused memory.</summary>
    public bool MemoryMet => _memoryMet == 1;

    /// <summary>Notes that an allocation was refused.</summary>
    public void NoteMemory() => _memoryMet = 1;

    /// <summary>Makes the next allocation of a run fail. The watchdog calls it; a run that is over is not touched.</summary>
    public void StarveOfMemory(int run)
    {
        if (Run == run && Interlocked.Exchange(ref _refusedRun, run) == 0)
        {
            WasStarved = true;
            if (Interlocked.Exchange(ref _starving, 1) == 0)
            {
                MemoryQuota.Starve(on: true);
            }
        }
    }

    /// <summary>Ends the starving.</summary>
    public void Feed()
    {
        Volatile.Write(ref _refusedRun, 0);
        if (Interlocked.Exchange(ref _starving, 0) != 0)
        {
            MemoryQuota.Starve(on: false);
        }
    }

    /// <summary>Notes that the trace function runs. Called on the thread.</summary>
    public void NoteTraced() => _traced = true;

    /// <summary>Called by the signal handler on the thread itself, with the GIL: code that swallowed the first exception meets one at every line.</summary>
    public void TraceIfStubborn(nint traceFunction)
    {
        // Setting it needs memory, which the thread may be refused just then: it is set until it is seen to work.
        // Code that had to be starved has met a MemoryError before and goes on.
        if ((_raised++ > 0 || WasStarved) && !_traced)
        {
            _tracing = true;
            PyEval_SetTrace(traceFunction, null);
        }
    }

    private int RequestedRun => (int)(Volatile.Read(ref _request) >> 32);

    private static long ToTicks(TimeSpan time) => (long)Math.Min(time.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 4);
}
