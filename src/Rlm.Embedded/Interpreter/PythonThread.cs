using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// An operating-system thread with a thread state of Python's and a deep stack. It runs one piece of work at a time
/// and holds the GIL only while it does.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as its loop, which owns the semaphore.")]
internal sealed unsafe class PythonThread
{
    /// <summary>Reserved, not committed. A C-level recursion within a 2 GiB quota needs more than a .NET thread's default.</summary>
    private const int StackBytes = 1 << 30;

    /// <summary>How long a thread looks for the next piece of work before it sleeps, in Stopwatch ticks (50 us).</summary>
    internal static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

    /// <summary>A wait shorter than this makes it worth to spin in the next.</summary>
    internal static readonly long SpinPaysTicks = SpinTicks * 4;

    private static readonly PythonWork s_parked = new Nothing();
    private static readonly PythonWork s_stop = new Nothing();
    private static int s_spinning;

    [ThreadStatic]
    private static PythonThread? t_current;

    private bool _spinPays = true;

    // Does not spin: the loop has done so, and hundreds of threads that each spin once more take the processors from those that work.
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private PythonWork? _work;
    private nint _state;

    private PythonThread()
    {
    }

    /// <summary>The Python thread this code runs on, or null.</summary>
    public static PythonThread? Current => t_current;

    /// <summary>What the interrupts need to know of this thread.</summary>
    public InterruptTarget Interrupts { get; } = new();

    /// <summary>Set by work that runs here: the session the thread serves.</summary>
    public object? Tenant { get; set; }

    /// <summary>True once the kernel confines this thread.</summary>
    public bool IsConfined { get; private set; }

    /// <summary>Starts a thread.</summary>
    /// <param name="initialise">Starts Python on it and returns with the GIL held, or null where Python runs already.</param>
    /// <param name="confine">Confines the calling thread, or null.</param>
    public static PythonThread Start(Action? initialise, Action? confine)
    {
        PythonThread thread = new();
        using ManualResetEventSlim ready = new();
        Exception? failure = null;
        new Thread(
            () =>
            {
                try
                {
                    thread.Attach(initialise, confine);
                }
                catch (Exception exception)
                {
                    failure = exception;
                    ready.Set();
                    return;
                }

                ready.Set();
                thread.Loop();
            },
            StackBytes)
        { IsBackground = true, Name = "rlm-python" }.Start();
        ready.Wait();
        return failure is null ? thread : throw failure;
    }

    /// <summary>Hands work to the thread. One piece at a time: the caller sees to it.</summary>
    public void Post(PythonWork work)
    {
        PythonWork? before = Interlocked.Exchange(ref _work, work);
        if (ReferenceEquals(before, s_parked))
        {
            _wake.Set();
        }
    }

    /// <summary>Ends the thread once it is idle.</summary>
    public void Stop() => Post(s_stop);

    /// <summary>Lets go of the GIL around something that waits; the caller is a Python thread that holds it.</summary>
    public static GilRelease ReleaseGil() => new(PyEval_SaveThread());

    private void Attach(Action? initialise, Action? confine)
    {
        t_current = this;
        if (initialise is null)
        {
            _ = PyGILState_Ensure();
        }
        else
        {
            initialise();
        }

        Interrupts.Identify();
        _state = PyEval_SaveThread();
        if (confine is not null)
        {
            confine();
            IsConfined = true;
        }
    }

    private void Loop()
    {
        while (true)
        {
            PythonWork work = Next();
            Interrupts.Work = work;
            PyEval_RestoreThread(_state);
            Wedge.NoteProgress();
            if (ReferenceEquals(work, s_stop))
            {
                PyGILState_Release(1);
                return;
            }

            work.RunGuarded();
            _state = PyEval_SaveThread();
            Wedge.NoteProgress();
            Interrupts.Work = null;
            work.Complete(IsConfined);
        }
    }

    private PythonWork Next()
    {
        long start = Stopwatch.GetTimestamp();
        if (_spinPays)
        {
            if (Interlocked.Increment(ref s_spinning) == 1 && Environment.ProcessorCount > 1)
            {
                while (Volatile.Read(ref _work) is null && Stopwatch.GetTimestamp() - start < SpinTicks)
                {
                    Thread.SpinWait(8);
                }
            }

            Interlocked.Decrement(ref s_spinning);
        }

        if (Interlocked.CompareExchange(ref _work, s_parked, null) is null)
        {
            _wake.Wait();
            _wake.Reset();
        }

        // A session that waits for a model will wait long the next time too.
        _spinPays = Stopwatch.GetTimestamp() - start < SpinPaysTicks;
        return Interlocked.Exchange(ref _work, null)!;
    }

    private sealed class Nothing : PythonWork
    {
        protected override void Run()
        {
        }
    }
}
