using System.Diagnostics;

namespace Rlm.Embedded.Bench.Measuring;

/// <summary>
/// How late work of the thread pool runs. A thread of its own gives the pool something every 10 ms; how late that thread itself wakes is what the
/// processors explain.
/// </summary>
internal sealed class PoolLag
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(10);
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private double _pool;
    private double _own;
    private volatile bool _stopped;

    private PoolLag() => _thread = new Thread(Loop) { IsBackground = true, Name = "pool-lag" };

    public static PoolLag Start()
    {
        PoolLag lag = new();
        lag._thread.Start();
        return lag;
    }

    /// <summary>The longest delays in milliseconds: of the pool's work, of the thread's own waking.</summary>
    public (double Pool, double Thread) Stop()
    {
        _stopped = true;
        _thread.Join();
        lock (_lock)
        {
            return (_pool, _own);
        }
    }

    private void Loop()
    {
        CountdownEvent open = new(1);
        while (!_stopped)
        {
            long asleep = Stopwatch.GetTimestamp();
            Thread.Sleep(s_pace);
            long posted = Stopwatch.GetTimestamp();
            _own = Math.Max(_own, (Stopwatch.GetElapsedTime(asleep, posted) - s_pace).TotalMilliseconds);
            open.AddCount();
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    double late = Stopwatch.GetElapsedTime(posted).TotalMilliseconds;
                    lock (_lock)
                    {
                        _pool = Math.Max(_pool, late);
                    }

                    open.Signal();
                },
                null);
        }

        open.Signal();
        open.Wait();
    }
}
