using System.Diagnostics;

namespace Rlm.Embedded.Interpreter;

/// <summary>Something to do on a Python thread, with the GIL. Used once.</summary>
internal abstract class PythonWork
{
    private const int Running = 0;
    private const int Done = 1;
    private const int Awaited = 2;

    // Two callers that spin at once would take the processor from the work they wait for.
    private static int s_spinning;

    private int _state;
    private Exception? _failure;
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
            HostThread.Shared.Post(static work => ((PythonWork)work)._completion!.SetResult(), this);
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
            return _failure is null ? default : ValueTask.FromException(_failure);
        }

        _completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _state, Awaited, Running) == Done)
        {
            return _failure is null ? default : ValueTask.FromException(_failure);
        }

        return AwaitAsync();
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
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    private bool SpinUntilDone()
    {
        if (Environment.ProcessorCount == 1 || Interlocked.Increment(ref s_spinning) > 1)
        {
            Interlocked.Decrement(ref s_spinning);
            return Volatile.Read(ref _state) == Done;
        }

        long end = Stopwatch.GetTimestamp() + PythonThread.SpinTicks;
        while (Volatile.Read(ref _state) != Done && Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(8);
        }

        Interlocked.Decrement(ref s_spinning);
        return Volatile.Read(ref _state) == Done;
    }
}
