namespace Rlm.Embedded.Engine;

/// <summary>Adds up where the time of a run goes.</summary>
internal sealed class RunClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan ContextLoad { get; set; }

    public TimeSpan Cells { get; set; }

    public TimeSpan Model { get; set; }

    public RlmTimes Read() => new(time.GetElapsedTime(_started), ContextLoad, Cells, Model);
}
