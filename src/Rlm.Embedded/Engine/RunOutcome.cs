namespace Rlm.Embedded.Engine;

/// <summary>How the loop of a run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">The answer.</param>
internal sealed record RunOutcome(StopReason Reason, string Text);
