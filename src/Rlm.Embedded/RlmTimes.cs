namespace Rlm.Embedded;

/// <summary>Where the time of a run went. The parts add up to <see cref="Total"/>.</summary>
/// <param name="Total">Wall time of the run.</param>
/// <param name="ContextLoad">Opening the session, the context included.</param>
/// <param name="Cells">Cells, without their waiting for sub-calls.</param>
/// <param name="Model">Root calls, and cells waiting for sub-calls (a child's whole run counts here).</param>
public sealed record RlmTimes(TimeSpan Total, TimeSpan ContextLoad, TimeSpan Cells, TimeSpan Model)
{
    /// <summary>The engine's own part: what is left.</summary>
    public TimeSpan Harness => Total - ContextLoad - Cells - Model;
}
