using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Takes what a cell prints to who listens. The Python thread only leaves pieces here: it may be confined, and holds the GIL.
/// </summary>
internal sealed class OutputFlow(Action<ReplOutput> listener)
{
    private readonly ConcurrentQueue<ReplOutput> _pieces = new();
    private readonly ConcurrentQueue<TaskCompletionSource> _waiting = new();
    private int _posted;
    private int _deliveries;
    private Exception? _failure;

    /// <summary>Leaves a piece.</summary>
    public void Add(string text, bool isError)
    {
        _pieces.Enqueue(new ReplOutput(text, isError));
        if (Interlocked.Exchange(ref _posted, 1) == 0)
        {
            Post(null);
        }
    }

    /// <summary>Ends when what is left of a cell that has ended is handed over.</summary>
    /// <exception cref="Exception">What the listener threw at any of the cell's pieces.</exception>
    public async ValueTask CompleteAsync()
    {
        if (Volatile.Read(ref _deliveries) > 0 || !_pieces.IsEmpty)
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Post(done);
            await done.Task.ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _failure, null) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // Listeners may block: never a thread of the pool, and one at a time without a lock.
    private void Post(TaskCompletionSource? done)
    {
        if (done is not null)
        {
            _waiting.Enqueue(done);
        }

        if (Interlocked.Increment(ref _deliveries) == 1)
        {
            HostThread.Post(DeliverAll);
        }
    }

    private void DeliverAll()
    {
        int answered;
        do
        {
            answered = Volatile.Read(ref _deliveries);
            List<TaskCompletionSource> waiting = [];
            while (_waiting.TryDequeue(out TaskCompletionSource? done))
            {
                waiting.Add(done);
            }

            Deliver();
            waiting.ForEach(static done => done.SetResult());
        }
        while (Interlocked.Add(ref _deliveries, -answered) > 0);
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
