using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Where one thread finds what it is to do, in the order in which it came. When the last wait was short it looks for the next thing a moment before it
/// sleeps: being woken costs more than most cells.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event never makes a wait handle, so there is nothing to dispose.")]
internal sealed class Mailbox<T>
    where T : class
{
    private static int s_spinning;

    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly ConcurrentQueue<T> _content = new();
    private bool _spinPays = true;
    private int _asleep;

    /// <summary>What nobody has taken yet.</summary>
    public IEnumerable<T> Waiting => _content;

    /// <summary>Leaves something. Any thread may call it.</summary>
    public void Post(T item)
    {
        _content.Enqueue(item);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    /// <summary>Waits for the next thing; the thread that the box belongs to calls it.</summary>
    public T Take()
    {
        long start = Stopwatch.GetTimestamp();
        if (_spinPays)
        {
            Spin.UntilAlone(ref s_spinning, static box => !box._content.IsEmpty, this);
        }

        T? item;
        while (!_content.TryDequeue(out item))
        {
            Interlocked.Exchange(ref _asleep, 1);
            if (_content.IsEmpty || Interlocked.Exchange(ref _asleep, 0) == 0)
            {
                // Who posts sees the mark and wakes this thread, or has taken the mark and is about to.
                Blocking.Until(_wake);
                _wake.Reset();
            }
        }

        _spinPays = Spin.Pays(start);
        return item;
    }
}
