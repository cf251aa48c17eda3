#pragma warning disable RS0030 // Banned everywhere else, for the reason given below.

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The one way in which a thread of this library sleeps until another one wakes it. Never a thread of the pool: what wakes it may need that very
/// thread, and the pool makes new ones slowly, so that a few such waits hold up all work of the process.
/// </summary>
internal static class Blocking
{
    /// <summary>Called before what may wait for a disk, a pipe or another thread: not with the GIL, which all sessions need.</summary>
    /// <exception cref="InvalidOperationException">The calling thread holds the GIL.</exception>
    public static void MayWait()
    {
        if (Gil.IsHeld)
        {
            throw new InvalidOperationException("A thread that holds the interpreter was about to wait. This is a defect of Rlm.Embedded; please report it with this stack.");
        }
    }

    /// <summary>Waits for a signal.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is one of the pool's, or holds the GIL.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static void Until(ManualResetEventSlim signal, CancellationToken cancellationToken = default)
    {
        ThrowOnPoolThread();
        MayWait();
        signal.Wait(cancellationToken);
    }

    /// <summary>Waits for a task; what it throws is thrown.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is one of the pool's, or holds the GIL.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first: the task goes on.</exception>
    public static T Until<T>(Task<T> task, CancellationToken cancellationToken)
    {
        if (!task.IsCompleted)
        {
            ThrowOnPoolThread();
            MayWait();
            Task.WaitAny([task], cancellationToken);
        }

        return task.GetAwaiter().GetResult();
    }

    private static void ThrowOnPoolThread()
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            throw new InvalidOperationException("A thread of the pool was about to wait for another thread. This is a defect of Rlm.Embedded; please report it with this stack.");
        }
    }
}
