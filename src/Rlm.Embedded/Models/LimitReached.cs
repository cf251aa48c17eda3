namespace Rlm.Embedded.Models;

/// <summary>A limit that refuses a call or ends a run.</summary>
/// <param name="Reason">Which.</param>
/// <param name="What">What happened, with its value: a clause.</param>
/// <param name="Option">The option that sets it.</param>
internal sealed record LimitReached(StopReason Reason, string What, string Option)
{
    /// <summary>For code whose sub-call was refused: what to do. A sentence.</summary>
    public string Advice { get; init; } = "Make no more sub-calls; answer from what you have.";

    /// <summary>Less would have been admitted: nothing is used up yet.</summary>
    public bool AdmitsLess { get; init; }

    /// <summary>A limit on something that is counted.</summary>
    /// <param name="reason">Which.</param>
    /// <param name="limit">Its value.</param>
    /// <param name="one">What it counts, in the singular.</param>
    /// <param name="option">The option that sets it.</param>
    public static LimitReached OfCount(StopReason reason, int limit, string one, string option) =>
        new(reason, $"the limit of {LimitedAmount.Count(limit)} {one}{(limit == 1 ? "" : "s")} is used up", option);

    /// <summary>What used the limit up for nothing, and what to do about that: sentences for the caller; null when nothing did.</summary>
    public string? Cause { get; init; }

    /// <summary>For the caller: what happened and what to do.</summary>
    public string Note => $"{char.ToUpperInvariant(What[0])}{What[1..]}. {Cause ?? $"Raise RlmOptions.{Option} to allow more."}";
}
