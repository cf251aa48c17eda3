namespace Rlm.Embedded.Interpreter;

/// <summary>Something to do on a Python thread, with the GIL. Used once.</summary>
internal abstract class PythonWork
{
    private const int Running = 0;
    private const int Done = 1;
    private const int Awaited = 2;

    private static int s_spinning;

    private int _state;
    private Exception? _failure;
    private Exception? _abandoned;
    private TaskCompletionSource? _completion;

    /// <summary>Does the work. The GIL is held; an exception reaches whoever waits.</summary>
    protected abstract void Run();

    /// <summary>Runs on the Python thread.</summary>
    internal void RunGuarded()
    {
        try
        {
            Run();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }
    }

    /// <summary>Lets the waiter go although the work is not done: it may end later, and nobody then looks at it.</summary>
    internal void Abandon(Exception reason)
    {
        Volatile.Write(ref _abandoned, reason);
        if (Interlocked.Exchange(ref _state, Done) == Awaited)
        {
            _completion!.SetResult();
        }
    }

    /// <summary>Tells the waiter. Called without the GIL.</summary>
    /// <param name="confined">The calling thread may not touch the thread pool: a host thread passes the word on.</param>
    internal void Complete(bool confined)
    {
        if (Interlocked.Exchange(ref _state, Done) != Awaited)
        {
            return;
        }

        if (confined)
        {
            HostThread.Post(_completion!.SetResult);
        }
        else
        {
            _completion!.SetResult();
        }
    }

    /// <summary>Ends when the work is done. Short work is waited for on the spot: a task costs more than a cell.</summary>
    public ValueTask WaitAsync()
    {
        if (SpinUntilDone())
        {
            return Outcome();
        }

        _completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _state, Awaited, Running) == Done ? Outcome() : AwaitAsync();
    }

    /// <summary>Blocks until the work is done.</summary>
    public void Wait()
    {
        ValueTask done = WaitAsync();
        if (!done.IsCompletedSuccessfully)
        {
            done.AsTask().GetAwaiter().GetResult();
        }
    }

    private async ValueTask AwaitAsync()
    {
        await _completion!.Task.ConfigureAwait(false);
        await Outcome().ConfigureAwait(false);
    }

    private ValueTask Outcome() => (_abandoned ?? _failure) is { } failure ? ValueTask.FromException(failure) : default;

    private bool SpinUntilDone()
    {
        Spin.UntilAlone(ref s_spinning, static work => Volatile.Read(ref work._state) == Done, this);
        return Volatile.Read(ref _state) == Done;
    }
}
