using System.Diagnostics;

namespace Rlm.Embedded.Interpreter;

/// <summary>Waiting without sleep, for what is expected within microseconds.</summary>
internal static class Spin
{
    /// <summary>The longest spin, in Stopwatch ticks (50 us).</summary>
    private static readonly long s_most = Stopwatch.Frequency / 20_000;

    /// <summary>Spins until a condition holds, or for too long. Does nothing where there is one processor only.</summary>
    public static void Until<T>(Func<T, bool> done, T state)
    {
        if (Environment.ProcessorCount == 1)
        {
            return;
        }

        int turns = 0;
        long end = Stopwatch.GetTimestamp() + s_most;
        while (!done(state) && Stopwatch.GetTimestamp() < end)
        {
            if (++turns % 16 == 0)
            {
                Thread.Yield(); // to the one that is waited for, should it want this processor
            }

            Thread.SpinWait(8);
        }
    }

    /// <summary>The same, unless another thread spins for its like already: side by side they take the processors from those that work.</summary>
    /// <param name="spinning">How many of the like spin.</param>
    /// <param name="done">The condition.</param>
    /// <param name="state">Given to the condition.</param>
    public static void UntilAlone<T>(ref int spinning, Func<T, bool> done, T state)
    {
        if (Interlocked.Increment(ref spinning) == 1)
        {
            Until(done, state);
        }

        Interlocked.Decrement(ref spinning);
    }

    /// <summary>Whether a wait that began then and ends now was so short that the next one had better spin.</summary>
    public static bool Pays(long start) => Stopwatch.GetTimestamp() - start < s_most * 4;
}
