using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Takes what a cell prints to who listens. The Python thread only leaves pieces here: it may be confined, and holds the GIL.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore never makes a wait handle, so there is nothing to dispose.")]
internal sealed class OutputFlow(Action<ReplOutput> listener)
{
    private readonly ConcurrentQueue<ReplOutput> _pieces = new();
    private readonly SemaphoreSlim _delivery = new(1);
    private int _posted;
    private Exception? _failure;

    /// <summary>Leaves a piece.</summary>
    public void Add(string text, bool isError)
    {
        _pieces.Enqueue(new ReplOutput(text, isError));
        if (Interlocked.Exchange(ref _posted, 1) == 0)
        {
            HostThread.Post(() => _ = DeliverAsync());
        }
    }

    /// <summary>Hands over what is left of a cell that has ended.</summary>
    /// <exception cref="Exception">What the listener threw at any of the cell's pieces.</exception>
    public async ValueTask CompleteAsync()
    {
        await DeliverAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async Task DeliverAsync()
    {
        await _delivery.WaitAsync().ConfigureAwait(false);
        try
        {
            Deliver();
        }
        finally
        {
            _delivery.Release();
        }
    }

    private void Deliver()
    {
        Volatile.Write(ref _posted, 0);
        StringBuilder text = new();
        bool isError = false;
        while (_pieces.TryDequeue(out ReplOutput? piece))
        {
            if (piece.IsError != isError)
            {
                Tell(text, isError);
            }

            isError = piece.IsError;
            text.Append(piece.Text);
        }

        Tell(text, isError);
    }

    /// <summary>Gives the listener what stands in the buffer. A listener that threw is left alone for the rest of its cell.</summary>
    private void Tell(StringBuilder text, bool isError)
    {
        if (text.Length == 0 || _failure is not null)
        {
            return;
        }

        try
        {
            listener(new ReplOutput(text.ToString(), isError));
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        text.Clear();
    }
}
