using System.Collections.Concurrent;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// One ordinary thread that does for confined threads what they may not: touch the thread pool, start calls to models.
/// What it is given must not block.
/// </summary>
internal sealed class HostThread
{
    private static readonly Lazy<HostThread> s_shared = new(() => new HostThread());

    private readonly BlockingCollection<(Action<object> Action, object State)> _queue = [];

    private HostThread() => new Thread(Loop) { IsBackground = true, Name = "rlm-host" }.Start();

    /// <summary>The process's one. Made by a thread that is not confined: see <see cref="Warm"/>.</summary>
    public static HostThread Shared => s_shared.Value;

    /// <summary>Starts the thread, so that no confined thread is its parent.</summary>
    public static void Warm() => _ = s_shared.Value;

    /// <summary>Runs an action soon. The action must not throw.</summary>
    public void Post(Action<object> action, object state) => _queue.Add((action, state));

    private void Loop()
    {
        foreach ((Action<object> action, object state) in _queue.GetConsumingEnumerable())
        {
            action(state);
        }
    }
}
