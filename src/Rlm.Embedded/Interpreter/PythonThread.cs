namespace Rlm.Embedded.Interpreter;

/// <summary>
/// An operating-system thread with a thread state of Python's and a deep stack. It does the work it is given in order
/// and holds the GIL only while it does.
/// </summary>
internal sealed class PythonThread
{
    /// <summary>Reserved, not committed. A C-level recursion within a 2 GiB quota needs more than a .NET thread's default.</summary>
    private const int StackBytes = 1 << 30;

    [ThreadStatic]
    private static PythonThread? t_current;

    private readonly Mailbox<PythonWork> _next = new();
    private readonly Action? _initialise;
    private readonly Action? _confine;
    private nint _state;

    private PythonThread(Action? initialise, Action? confine)
    {
        _initialise = initialise;
        _confine = confine;
        Interrupts = new InterruptTarget(_next);
    }

    /// <summary>The Python thread this code runs on, or null.</summary>
    public static PythonThread? Current => t_current;

    /// <summary>What the interrupts need to know of this thread.</summary>
    public InterruptTarget Interrupts { get; }

    /// <summary>Set by work that runs here: the session the thread serves.</summary>
    public object? Tenant { get; set; }

    /// <summary>True once the kernel confines this thread.</summary>
    public bool IsConfined { get; private set; }

    /// <summary>True when the thread could not begin: it has failed the work it was given first, and does no other.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Starts a thread, and returns at once: the caller gives it work, which fails with what kept the thread from beginning.</summary>
    /// <param name="initialise">Starts Python on it and returns with the GIL held, or null where Python runs already.</param>
    /// <param name="confine">Confines the calling thread, or null.</param>
    public static PythonThread Start(Action? initialise, Action? confine)
    {
        PythonThread thread = new(initialise, confine);

        // Who starts a thread waits until it runs, and one that a confined thread starts is as confined.
        HostThread.Post(thread.Begin);
        return thread;
    }

    /// <summary>Confines the calling thread, which is this one, for good.</summary>
    public void Confine(Action confine)
    {
        confine();
        IsConfined = true;
    }

    /// <summary>Hands work to the thread. Any thread may call it.</summary>
    public void Post(PythonWork work) => _next.Post(work);

    /// <summary>Lets go of the GIL around something that waits; the caller is a Python thread that holds it.</summary>
    public static GilRelease ReleaseGil() => new(Gil.Release());

    private void Begin()
    {
        try
        {
            new Thread(Live, StackBytes) { IsBackground = true, Name = "rlm-python" }.UnsafeStart();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            Refuse(new RlmException("The machine refused a thread for one more session; each reserves 1 GiB of address space. Close sessions, or allow the process more threads and address space.", exception));
        }
    }

    private void Live()
    {
        try
        {
            Watchdog.Register(Interrupts);
            Attach();
        }
        catch (Exception exception)
        {
            Refuse(exception);
            return;
        }

        while (true)
        {
            Do(_next.Take());
        }
    }

    private void Refuse(Exception reason)
    {
        IsBroken = true;
        _next.Take().Fail(reason);
    }

    private void Attach()
    {
        t_current = this;
        if (_confine is not null)
        {
            // Before it runs any Python: a collection may close what sessions left.
            Confine(_confine);
        }

        if (_initialise is null)
        {
            Gil.Enter();
        }
        else
        {
            _initialise();
        }

        Interrupts.Identify();
        if (_initialise is null)
        {
            LibC.Unblock(Interpreter.Interrupts.Signal);
            Interpreter.Interrupts.Prove(Interrupts);
            MemoryQuota.Prove(Interrupts);
        }

        _state = Gil.Release();
    }

    private void Do(PythonWork work)
    {
        Interrupts.Work = work;
        Gil.Take(_state);
        work.RunGuarded();
        _state = Gil.Release();
        Interrupts.Work = null;
        work.Complete(IsConfined);
    }
}
