using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>How the loop of a run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">The answer.</param>
/// <param name="LimitNote">Which limit ended it, or null.</param>
internal sealed record RunOutcome(StopReason Reason, string Text, string? LimitNote = null)
{
    public RunOutcome(LimitReached reached, string text)
        : this(reached.Reason, text, reached.Note)
    {
    }
}
