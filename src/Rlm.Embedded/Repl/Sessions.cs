using System.Collections.Concurrent;

namespace Rlm.Embedded.Repl;

/// <summary>The open sessions by number: the number is what a host function carries as its <c>self</c>.</summary>
internal static class Sessions
{
    private static readonly ConcurrentDictionary<int, ReplSession> s_open = new();
    private static int s_last;

    /// <summary>How many are open.</summary>
    public static int Count => s_open.Count;

    /// <summary>Gives a session its number, never used before.</summary>
    public static int Add(ReplSession session)
    {
        int slot = Interlocked.Increment(ref s_last);
        s_open[slot] = session;
        return slot;
    }

    /// <summary>The session, or null when it is closed.</summary>
    public static ReplSession? Get(int slot) => s_open.GetValueOrDefault(slot);

    /// <summary>Forgets a session.</summary>
    public static void Remove(int slot) => s_open.TryRemove(slot, out _);
}
