using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reasoning efforts as OpenAI spells them.</summary>
internal static class ReasoningEfforts
{
    public static string? Wire(ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.None => "none",
        ReasoningEffort.Low => "low",
        ReasoningEffort.Medium => "medium",
        ReasoningEffort.High => "high",
        ReasoningEffort.ExtraHigh => "xhigh",
        _ => null,
    };
}
