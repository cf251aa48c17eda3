namespace Rlm.Embedded.Engine;

/// <summary>Where one run of a tree tells what happens in it.</summary>
internal sealed class RunFeed(EventFeed feed, string runId, int depth)
{
    /// <summary>Somebody enumerates the events: only then are pieces of replies and of output worth making.</summary>
    public bool IsStreamed => feed.IsStreamed;

    public void Write(RlmEvent happened)
    {
        happened.RunId = runId;
        happened.Depth = depth;
        feed.Write(happened);
    }

    /// <summary>Waits while the one who enumerates is far behind.</summary>
    public ValueTask ReadyAsync(CancellationToken cancellationToken) => feed.ReadyAsync(cancellationToken);
}
