namespace Rlm.Embedded.Engine;

/// <summary>What a run shares with its children.</summary>
internal sealed class RunScope(RunSetup setup, EventFeed? feed, string? trajectoryFile = null)
{
    private long _lastId;

    public RunSetup Setup { get; } = setup;

    public RlmOptions Options => Setup.Options;

    public TimeProvider Clock => Setup.Options.TimeProvider;

    /// <summary>Where events go, or null when nobody listens: then none is made.</summary>
    public EventFeed? Feed { get; } = feed;

    /// <summary>Where the trajectory of the tree is written, or null.</summary>
    public string? TrajectoryFile { get; } = trajectoryFile;

    /// <summary>Bounds plain sub-calls of the whole tree. Children do not pass it: they would wait for their own.</summary>
    public SemaphoreSlim SubCallSlots { get; } = new(setup.Options.SubCallConcurrency);

    /// <summary>The time there is; from the start of the run at the tree's root on.</summary>
    public RunDeadline? Deadline { get; private set; }

    public RunDeadline StartClock(CancellationToken caller) => Deadline = new RunDeadline(Options.MaxTime, Clock, caller);

    public long NextId() => Interlocked.Increment(ref _lastId);
}
