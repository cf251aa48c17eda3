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

    /// <summary>Why prompts are larger than what nobody has a claim to, or null. Of tokens only: a cache may make a prompt cheaper than anyone can guess.</summary>
    public LimitReached? TooLittleFor(int prompts, decimal tokens) => tokens > SubTokens.Free ? SubTokens.TooLittle(prompts, tokens, SubTokens.Free) : null;

    /// <summary>Why a prompt of an admitted batch can be sent no more, or null: others took more than was to be expected.</summary>
    public LimitReached? ShortFor(decimal prompt) => SubTokens.Unspent < prompt ? SubTokens.TooLittle(1, prompt, SubTokens.Unspent) : null;

    /// <summary>Takes over so much of a claim as is there.</summary>
    public void Redeem(BatchClaim claim, decimal tokens)
    {
        tokens = Math.Min(tokens, claim.Tokens);
        claim.Tokens -= tokens;
        SubTokens.Release(tokens);
    }

    public void Reserve(ModelRole role, Reservation reservation)
    {
        Tokens(role).Reserve(reservation.Tokens);
        Tokens(role).Commit(reservation.Input);
        Cost.Reserve(reservation.Cost);
    }

    public void Settle(ModelRole role, Reservation reservation, TokenUsage tokens, decimal cost)
    {
        Tokens(role).Settle(reservation.Tokens, tokens.Total);
        Tokens(role).Release(reservation.Input);
        Cost.Settle(reservation.Cost, cost);
        ref var largest = ref role == ModelRole.Root ? ref _largestRootReply : ref _largestSubReply;
        largest = Math.Max(largest, tokens.Output);
    }
}
