using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// Where one thread waits for what it is to do next. When the last wait was short it looks for the next thing a moment before it sleeps:
/// being woken costs more than most cells.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The event never makes a wait handle, so there is nothing to dispose.")]
internal sealed class Mailbox<T>
    where T : class
{
    private static readonly object s_asleep = new();
    private static int s_spinning;

    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private object? _content;
    private bool _spinPays = true;

    /// <summary>Leaves the next thing. One at a time: the caller sees to it.</summary>
    public void Post(T item)
    {
        if (ReferenceEquals(Interlocked.Exchange(ref _content, item), s_asleep))
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
            Spin.UntilAlone(ref s_spinning, static box => Volatile.Read(ref box._content) is not null, this);
        }

        if (Interlocked.CompareExchange(ref _content, s_asleep, null) is null)
        {
            _wake.Wait();
            _wake.Reset();
        }

        _spinPays = Spin.Pays(start);
        return (T)Interlocked.Exchange(ref _content, null)!;
    }
}
