using System.Globalization;

namespace Rlm.Embedded.Models;

/// <summary>Something a tree of runs may use so much of. Not thread-safe: its ledger locks.</summary>
/// <param name="reason">Which limit this is.</param>
/// <param name="limit">How much, or null for any.</param>
/// <param name="least">What must be left for a call to be sent.</param>
internal sealed class LimitedAmount(StopReason reason, decimal? limit, decimal least)
{
    public decimal? Limit => limit;

    /// <summary>Settled.</summary>
    public decimal Spent { get; private set; }

    /// <summary>Taken by calls in flight, their replies as far as one can guess.</summary>
    public decimal Reserved { get; private set; }

    /// <summary>Taken by the prompts of calls in flight and of batches that were admitted: what is as good as spent.</summary>
    public decimal Committed { get; private set; }

    /// <summary>What calls in flight have not made certain yet.</summary>
    public decimal Unspent => limit is { } most ? Math.Max(0, most - Spent) : decimal.MaxValue;

    /// <summary>What a prompt may take that is not admitted yet.</summary>
    public decimal Free => limit is null ? decimal.MaxValue : Math.Max(0, Unspent - Committed);

    public decimal? Left => limit - Spent - Reserved;

    /// <summary>One more call may be sent. It may take more than is left: that is the one reservation a limit can be exceeded by.</summary>
    public bool Admits => limit is null || Left >= least;

    /// <summary>A prompt of so much may be sent now; else it waits for calls in flight, or is refused.</summary>
    public bool AdmitsNow(decimal prompt) => limit is null || Left >= Math.Max(least, prompt);

    /// <summary>No call that ends can change it any more.</summary>
    public bool IsUsedUp => limit - Spent < least;

    public void Reserve(decimal amount) => Reserved += amount;

    public void Settle(decimal reserved, decimal spent)
    {
        Reserved -= reserved;
        Spent += spent;
    }

    public void Commit(decimal prompt) => Committed += prompt;

    public void Release(decimal prompt) => Committed -= prompt;

    /// <summary>For prompts that have more tokens than are left.</summary>
    public LimitReached TooLittle(int prompts, decimal needed, decimal left)
    {
        var who = prompts == 1 ? "the prompt" : $"the batch of {Count(prompts)} prompts";
        var room = Count(Math.Floor(left * TokenEstimate.SafeCharactersPerToken));
        return new LimitReached(reason, $"{who} has about {Count(needed)} tokens, and {Count(left)} of {Count(limit!.Value)} {Name} are left, replies included", Option)
        {
            Advice = left < least ? "Calls under way hold the rest: answer from what you have, or try again in a later turn."
                : prompts == 1 ? $"Send a shorter prompt, of at most about {room} characters."
                : $"Send fewer or shorter prompts, of at most about {room} characters together.",
            AdmitsLess = true,
        };
    }

    public LimitReached UsedUp() => new(
        reason,
        reason == StopReason.Cost
            ? $"the limit of {Dollars(limit!.Value)} is used up ({Dollars(Spent)} spent)"
            : $"the limit of {Count(limit!.Value)} {Name} is used up ({Count(Spent)} used; a call needs at least {Count(least)})",
        Option);

    public LimitReached NearlyUsedUp(decimal last) => new(
        reason,
        reason == StopReason.Cost
            ? $"the limit of {Dollars(limit!.Value)} is nearly used up ({Dollars(Spent)} spent, {Dollars(last)} on the last call)"
            : $"the limit of {Count(limit!.Value)} {Name} is nearly used up ({Count(Spent)} used, {Count(last)} by the last call)",
        Option);

    public static string Dollars(decimal amount) => "$" + amount.ToString("0.00####", CultureInfo.InvariantCulture);

    public static string Count(decimal amount) => amount.ToString("N0", CultureInfo.InvariantCulture);

    private string Name => reason == StopReason.RootTokens ? "root tokens" : "sub-call tokens";

    private string Option => reason switch
    {
        StopReason.RootTokens => nameof(RlmOptions.MaxRootTokens),
        StopReason.SubTokens => nameof(RlmOptions.MaxSubTokens),
        _ => nameof(RlmOptions.MaxCost),
    };
}
