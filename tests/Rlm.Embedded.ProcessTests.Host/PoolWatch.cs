using System.Diagnostics.Tracing;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>
/// Sees what threads of the pool wait for: the runtime tells of each wait and of each contended lock, whoever's code it is. Waits for tasks, events and
/// semaphores are told apart from waits on handles, which are also how the runtime starts a thread (its timer's, say): those, and locks, count where they
/// took so long that somebody must have waited in turn.
/// </summary>
internal sealed class PoolWatch : EventListener
{
    private const EventKeywords Contention = (EventKeywords)0x4000;
    private const EventKeywords WaitHandles = (EventKeywords)0x400_0000_0000;
    private const byte MonitorWait = 1;
    private const double LongMilliseconds = 5_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, string> _names = [];
    private readonly Dictionary<long, DateTime> _began = [];
    private readonly List<string> _waits = [];

    /// <summary>What threads of the pool have waited for.</summary>
    public IReadOnlyList<string> Waits
    {
        get
        {
            lock (_lock)
            {
                return [.. _waits];
            }
        }
    }

    /// <summary>Whether a thread of that name has waited.</summary>
    public bool HasSeen(string thread)
    {
        lock (_lock)
        {
            return _names.ContainsValue(thread);
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Contention | WaitHandles);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        string name = eventData.EventName ?? "";
        lock (_lock)
        {
            if (NameOf(eventData.OSThreadId) != ".NET TP Worker")
            {
                return;
            }

            if (name.StartsWith("WaitHandleWaitStart", StringComparison.Ordinal))
            {
                _began[eventData.OSThreadId] = eventData.TimeStamp;
                if (eventData.Payload![0] is MonitorWait)
                {
                    _waits.Add("a task, an event or a semaphore");
                }
            }
            else if (name.StartsWith("WaitHandleWaitStop", StringComparison.Ordinal) && _began.Remove(eventData.OSThreadId, out DateTime began))
            {
                AddIfLong("a handle", (eventData.TimeStamp - began).TotalMilliseconds);
            }
            else if (name.StartsWith("ContentionStop", StringComparison.Ordinal) && eventData.PayloadNames!.IndexOf("DurationNs") is var at and >= 0)
            {
                AddIfLong("a lock", (double)eventData.Payload![at]! / 1e6);
            }
        }
    }

    private void AddIfLong(string what, double milliseconds)
    {
        if (milliseconds >= LongMilliseconds)
        {
            _waits.Add($"{what}, for {milliseconds:0} ms");
        }
    }

    private string NameOf(long thread)
    {
        if (!_names.TryGetValue(thread, out string? name))
        {
            string file = $"/proc/self/task/{thread}/comm";
            _names[thread] = name = File.Exists(file) ? File.ReadAllText(file).Trim() : "(gone)";
        }

        return name;
    }
}
