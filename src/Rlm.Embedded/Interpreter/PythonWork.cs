using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Rlm.Embedded.Interpreter;

/// <summary>Something to do on a Python thread, with the GIL. Used once, and waited for by one.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The event never makes a wait handle, so there is nothing to dispose.")]
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
    private ManualResetEventSlim? _signal;

    /// <summary>True once nobody waits for the work any more.</summary>
    protected bool IsAbandoned => Volatile.Read(ref _abandoned) is not null;

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
            Tell();
        }
    }

    /// <summary>Says that the work will not be done, instead of <see cref="Complete"/>.</summary>
    internal void Fail(Exception reason)
    {
        _failure = reason;
        Complete(confined: false);
    }

    /// <summary>Tells the waiter. Called without the GIL.</summary>
    /// <param name="confined">The calling thread may not touch the thread pool: a host thread passes the word on.</param>
    internal void Complete(bool confined)
    {
        if (Interlocked.Exchange(ref _state, Done) != Awaited)
        {
            return;
        }

        if (confined && _completion is not null)
        {
            HostThread.Post(_completion.SetResult);
        }
        else
        {
            Tell();
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

    /// <summary>Blocks until the work is done. Not on a thread of the pool, nor with the GIL.</summary>
    public void Wait()
    {
        Blocking.MayWait();
        if (!SpinUntilDone())
        {
            _signal = new ManualResetEventSlim(initialState: false, spinCount: 0);
            if (Interlocked.CompareExchange(ref _state, Awaited, Running) != Done)
            {
                Blocking.Until(_signal);
            }
        }

        if (Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Tell()
    {
        _signal?.Set();
        _completion?.SetResult();
    }

    private async ValueTask AwaitAsync()
    {
        await _completion!.Task.ConfigureAwait(false);
        await Outcome().ConfigureAwait(false);
    }

    private Exception? Failure => _abandoned ?? _failure;

    private ValueTask Outcome() => Failure is { } failure ? ValueTask.FromException(failure) : default;

    private bool SpinUntilDone()
    {
        Spin.UntilAlone(ref s_spinning, static work => Volatile.Read(ref work._state) == Done, this);
        return Volatile.Read(ref _state) == Done;
    }
}
