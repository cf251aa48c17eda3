using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// An operating-system thread with a thread state of Python's and a deep stack. It runs one piece of work at a time
/// and holds the GIL only while it does.
/// </summary>
internal sealed unsafe class PythonThread
{
    /// <summary>Reserved, not committed. A C-level recursion within a 2 GiB quota needs more than a .NET thread's default.</summary>
    private const int StackBytes = 1 << 30;

    private static readonly PythonWork s_stop = new Nothing();

    [ThreadStatic]
    private static PythonThread? t_current;

    private readonly Mailbox<PythonWork> _next = new();
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
    public void Post(PythonWork work) => _next.Post(work);

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
            PythonWork work = _next.Take();
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

    private sealed class Nothing : PythonWork
    {
        protected override void Run()
        {
        }
    }
}
