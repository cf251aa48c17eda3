namespace Rlm.Embedded.Models;

/// <summary>A limit that refuses a call or ends a run.</summary>
/// <param name="Reason">Which.</param>
/// <param name="What">What happened, with its value: a clause that begins with "the limit of".</param>
/// <param name="Option">The option that sets it.</param>
internal sealed record LimitReached(StopReason Reason, string What, string Option)
{
    /// <summary>A limit on something that is counted.</summary>
    /// <param name="reason">Which.</param>
    /// <param name="limit">Its value.</param>
    /// <param name="one">What it counts, in the singular.</param>
    /// <param name="option">The option that sets it.</param>
    public static LimitReached OfCount(StopReason reason, int limit, string one, string option) =>
        new(reason, $"the limit of {LimitedAmount.Count(limit)} {one}{(limit == 1 ? "" : "s")} is used up", option);

    /// <summary>For the caller: what happened and what to do.</summary>
    public string Note => $"{char.ToUpperInvariant(What[0])}{What[1..]}. Raise RlmOptions.{Option} to allow more.";
}
