using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// One ordinary thread that does for confined threads what they may not: put work on the thread pool, complete tasks.
/// What it is given must neither block nor throw.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process.")]
internal sealed class HostThread
{
    private static readonly Lazy<HostThread> s_shared = new(() => new HostThread());

    private readonly ConcurrentQueue<(Action<object> Action, object State)> _queue = new();
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0); // the loop spins
    private int _asleep;

    private HostThread() => new Thread(Loop) { IsBackground = true, Name = "rlm-host" }.Start();

    /// <summary>The process's one. Made by a thread that is not confined: see <see cref="Warm"/>.</summary>
    public static HostThread Shared => s_shared.Value;

    /// <summary>Starts the thread, so that no confined thread is its parent.</summary>
    public static void Warm() => _ = s_shared.Value;

    /// <summary>Runs an action soon.</summary>
    public void Post(Action<object> action, object state)
    {
        _queue.Enqueue((action, state));
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    private void Loop()
    {
        bool spinPays = true;
        while (true)
        {
            while (_queue.TryDequeue(out (Action<object> Action, object State) next))
            {
                next.Action(next.State);
            }

            long start = Stopwatch.GetTimestamp();
            while (spinPays && _queue.IsEmpty && Environment.ProcessorCount > 1 && Stopwatch.GetTimestamp() - start < PythonThread.SpinTicks)
            {
                Thread.SpinWait(8);
            }

            Volatile.Write(ref _asleep, 1);
            Interlocked.MemoryBarrier();
            if (_queue.IsEmpty)
            {
                _wake.Wait();
                _wake.Reset();
            }
            else if (Interlocked.Exchange(ref _asleep, 0) == 0)
            {
                // Somebody has posted and woken it already.
                _wake.Wait();
                _wake.Reset();
            }

            spinPays = Stopwatch.GetTimestamp() - start < PythonThread.SpinPaysTicks;
        }
    }
}
