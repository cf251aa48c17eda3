namespace Rlm.Embedded.Models;

/// <summary>What a tree of runs may use, and how much of it is gone. Not thread-safe: its ledger locks.</summary>
internal sealed class Budget(RlmOptions options)
{
    private const decimal LeastTokens = 50;
    private const decimal LeastDollars = 0.000_001m;
    private long _largestRootReply = TokenEstimate.Output;
    private long _largestSubReply = TokenEstimate.Output;

    public LimitedAmount RootTokens { get; } = new(StopReason.RootTokens, options.MaxRootTokens, LeastTokens);

    public LimitedAmount SubTokens { get; } = new(StopReason.SubTokens, options.MaxSubTokens, LeastTokens);

    public LimitedAmount Cost { get; } = new(StopReason.Cost, options.MaxCost, LeastDollars);

    public int? SubCalls => options.MaxSubCalls;

    public LimitedAmount Tokens(ModelRole role) => role == ModelRole.Root ? RootTokens : SubTokens;

    /// <summary>The amount that admits no further call, or null.</summary>
    public LimitedAmount? Exhausted(ModelRole role) => !Tokens(role).Admits ? Tokens(role) : !Cost.Admits ? Cost : null;

    /// <summary>What a call will take. A guess that is too high makes calls wait for each other near a limit; it refuses none.</summary>
    public Reservation Expect(ModelRole role, ModelRoute route, long input)
    {
        var output = route.Options?.MaxOutputTokens ?? (role == ModelRole.Root ? _largestRootReply : _largestSubReply);
        return new Reservation(input, input + output, route.Price?.Cost(new TokenUsage(input, output)) ?? 0);
    }

    public void Reserve(ModelRole role, Reservation reservation)
    {
        Tokens(role).Reserve(reservation.Tokens);
        Cost.Reserve(reservation.Cost);
    }

    public void Settle(ModelRole role, Reservation reservation, TokenUsage tokens, decimal cost)
    {
        Tokens(role).Settle(reservation.Tokens, tokens.Total);
        Cost.Settle(reservation.Cost, cost);
        ref var largest = ref role == ModelRole.Root ? ref _largestRootReply : ref _largestSubReply;
        largest = Math.Max(largest, tokens.Output);
    }
}
