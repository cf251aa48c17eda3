using System.Diagnostics;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Bench.Floors;

/// <summary>A thread of the same kind as a session's, for what CPython does by itself.</summary>
internal sealed class RawThread
{
    private readonly PythonThread _thread;

    public RawThread()
    {
        // Starts the interpreter if nobody has.
        EmbeddedRepl.OpenAsync().AsTask().GetAwaiter().GetResult().DisposeAsync().AsTask().GetAwaiter().GetResult();
        _thread = PythonRuntime.Current!.Rent(confine: null);
    }

    /// <summary>Runs an action with the GIL held.</summary>
    public void Run(Action action)
    {
        Lambda work = new(action);
        _thread.Post(work);
        work.WaitAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Runs an action with the GIL held; its milliseconds, the way there and back left out.</summary>
    public double Time(Action action)
    {
        double milliseconds = 0;
        Run(() =>
        {
            long start = Stopwatch.GetTimestamp();
            action();
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        return milliseconds;
    }

    private sealed class Lambda(Action action) : PythonWork
    {
        protected override void Run() => action();
    }
}
