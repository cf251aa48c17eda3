using System.Collections.Concurrent;
using System.Text;
using Rlm.Embedded.Interpreter;

namespace Rlm.Embedded.Repl;

/// <summary>
/// Takes what a cell prints to who listens. The Python thread only leaves pieces here: it may be confined, and holds the GIL.
/// </summary>
internal sealed class OutputFlow(Action<ReplOutput> listener)
{
    private readonly ConcurrentQueue<ReplOutput> _pieces = new();
    private readonly Lock _delivery = new();
    private int _posted;

    /// <summary>Leaves a piece.</summary>
    public void Add(string text, bool isError)
    {
        _pieces.Enqueue(new ReplOutput(text, isError));
        if (Interlocked.Exchange(ref _posted, 1) == 0)
        {
            HostThread.Post(Deliver);
        }
    }

    /// <summary>Hands over what was left, neighbours of one stream as one piece.</summary>
    public void Deliver()
    {
        lock (_delivery)
        {
            Volatile.Write(ref _posted, 0);
            var text = new StringBuilder();
            var isError = false;
            while (_pieces.TryDequeue(out ReplOutput? piece))
            {
                if (piece.IsError != isError && text.Length > 0)
                {
                    listener(new ReplOutput(text.ToString(), isError));
                    text.Clear();
                }

                isError = piece.IsError;
                text.Append(piece.Text);
            }

            if (text.Length > 0)
            {
                listener(new ReplOutput(text.ToString(), isError));
            }
        }
    }
}
