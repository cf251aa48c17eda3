namespace Rlm.Embedded.Interpreter;

/// <summary>
/// An ordinary thread that does for confined threads what they may not: call clients and listeners, complete tasks.
/// What it is given may block, but not throw. One is always free: who takes work and leaves nobody behind starts the next, for a thread
/// that a confined one starts would be as confined.
/// </summary>
internal sealed class HostThread
{
    private const int StackBytes = 1 << 20;
    private const int IdleMost = 16;

    private static readonly Lock s_lock = new();
    private static readonly Stack<HostThread> s_idle = [];
    private static readonly Queue<Action> s_waiting = [];
    private static bool s_starting;

    private readonly Mailbox<Action> _next = new();

    private HostThread()
    {
    }

    /// <summary>Sees to it that a thread is free, or will be soon. Called by a thread that is not confined.</summary>
    public static void KeepOneFree()
    {
        lock (s_lock)
        {
            if (s_idle.Count > 0 || s_starting)
            {
                return;
            }

            s_starting = true;
        }

        try
        {
            new Thread(new HostThread().Loop, StackBytes) { IsBackground = true, Name = "rlm-host" }.UnsafeStart();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The machine refuses a thread: what waits is done by those there are, and the next one who asks tries again.
            lock (s_lock)
            {
                s_starting = false;
            }
        }
    }

    /// <summary>Runs something soon. Any thread may call it.</summary>
    public static void Post(Action work)
    {
        HostThread? free;
        lock (s_lock)
        {
            if (!s_idle.TryPop(out free))
            {
                s_waiting.Enqueue(work);
                return;
            }
        }

        free._next.Post(work);
    }

    private void Loop()
    {
        while (TryNext(out Action? work))
        {
            work ??= _next.Take();
            KeepOneFree();
            work();
        }
    }

    /// <summary>Something that waits, or null once this thread counts as free; false when there are enough of those.</summary>
    private bool TryNext(out Action? work)
    {
        lock (s_lock)
        {
            s_starting = false;
            if (s_waiting.TryDequeue(out work))
            {
                return true;
            }

            if (s_idle.Count >= IdleMost)
            {
                return false;
            }

            s_idle.Push(this);
            return true;
        }
    }
}
