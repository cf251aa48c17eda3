namespace Rlm.Embedded.Interpreter;

/// <summary>
/// The one way in which a thread of this library sleeps until another one wakes it. Never a thread of the pool: what wakes it may need that very
/// thread, and the pool makes new ones slowly, so that a few such waits hold up all work of the process.
/// </summary>
internal static class Blocking
{
    /// <summary>Waits for a signal.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is one of the pool's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static void Until(ManualResetEventSlim signal, CancellationToken cancellationToken = default)
    {
        ThrowOnPoolThread();
        signal.Wait(cancellationToken);
    }

    /// <summary>Waits for the end of a task, good or bad, or for cancellation.</summary>
    /// <exception cref="InvalidOperationException">The calling thread is one of the pool's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static void Until(Task task, CancellationToken cancellationToken)
    {
        ThrowOnPoolThread();
        Task.WaitAny([task], cancellationToken);
    }

    private static void ThrowOnPoolThread()
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            throw new InvalidOperationException("A thread of the pool was about to wait for another thread. This is a defect of Rlm.Embedded; please report it with this stack.");
        }
    }
}
