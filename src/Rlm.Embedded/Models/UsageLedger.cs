using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// The account of a run: what it and its children used and, shared by the whole tree, what is left. Each call is reserved before it is
/// sent and settled after. Thread-safe.
/// </summary>
internal sealed class UsageLedger
{
    private readonly UsageLedger? _parent;
    private readonly UsageLedger _tree;
    private readonly UsageTally _used = new();

    // Of the tree's ledger only.
    private readonly Lock _gate = new();
    private readonly Budget _budget;
    private TaskCompletionSource? _settled;

    /// <summary>Makes the ledger of a tree.</summary>
    public UsageLedger(RlmOptions options)
    {
        _tree = this;
        _budget = new Budget(options);
    }

    private UsageLedger(UsageLedger parent)
    {
        _parent = parent;
        _tree = parent._tree;
        _budget = parent._budget;
    }

    private Lock Gate => _tree._gate;

    /// <summary>The ledger of a child: what it uses is this one's too.</summary>
    public UsageLedger Child() => new(this);

    /// <summary>Makes a call if the budget admits it. Waits while calls in flight hold what is left; their end decides.</summary>
    /// <param name="role">What the call counts against.</param>
    /// <param name="route">The model.</param>
    /// <param name="messages">What it is sent.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">Ends the waiting; <paramref name="send"/> gets it too.</param>
    /// <param name="claim">Whether it may take more than is left.</param>
    /// <param name="batch">The admitted batch that it belongs to, or null.</param>
    public async ValueTask<CallOutcome> CallAsync(
        ModelRole role,
        ModelRoute route,
        IReadOnlyList<ChatMessage> messages,
        Func<CancellationToken, ValueTask<ModelReply>> send,
        CancellationToken cancellationToken,
        CallClaim claim = CallClaim.Loop,
        BatchClaim? batch = null)
    {
        var input = TokenEstimate.Of(messages);
        Reservation reservation;
        while (!TryReserve(role, route, input, claim, batch, out reservation, out var refused, out var settled))
        {
            if (refused is not null)
            {
                return new CallOutcome { Refused = refused };
            }

            await settled.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        ModelReply reply;
        try
        {
            reply = await send(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Settle(role, route, reservation, reply: null);
            throw;
        }

        return Settle(role, route, reservation, reply);
    }

    /// <summary>The limit that refuses a call as things stand, or null. Reserves nothing.</summary>
    public LimitReached? Refusal(ModelRole role)
    {
        lock (Gate)
        {
            return _budget.Exhausted(role) is { IsUsedUp: true } amount ? amount.UsedUp() : null;
        }
    }

    /// <summary>The limit that the next call of a loop will exceed if it takes as much as the last one, or null.</summary>
    public LimitReached? Overrun(ModelRole role, CallOutcome last)
    {
        lock (Gate)
        {
            var tokens = _budget.Tokens(role);
            return tokens.Left < last.Tokens.Total ? tokens.NearlyUsedUp(last.Tokens.Total)
                : _budget.Cost.Left < last.Cost ? _budget.Cost.NearlyUsedUp(last.Cost.Value)
                : null;
        }
    }

    /// <summary>Counts a sub-call that code wants to make.</summary>
    /// <returns>Why it may not be made, or null.</returns>
    public LimitReached? TakeSubCall() => TakeBatch(1, 0, batch: null);

    /// <summary>
    /// Counts the sub-calls of a batch, and keeps for it what its prompts take: all of it, or nothing. Whoever is admitted must end with <see cref="End"/>.
    /// </summary>
    /// <param name="prompts">How many.</param>
    /// <param name="tokens">Input tokens of those that go to a model, together.</param>
    /// <param name="batch">Where what is kept is noted; null where nothing is.</param>
    /// <returns>Why none of it may be sent, or null.</returns>
    public LimitReached? TakeBatch(int prompts, decimal tokens, BatchClaim? batch)
    {
        lock (Gate)
        {
            var refused = TooMany(prompts) ?? (tokens > 0 ? Unaffordable(prompts, tokens) : null);
            for (var ledger = this; ledger is not null; ledger = ledger._parent)
            {
                ledger._used.SubCalls += refused is null ? prompts : 0;
                ledger._used.RefusedSubCalls += refused is null ? 0 : prompts;
            }

            if (refused is null && batch is not null)
            {
                batch.Tokens = tokens;
                _budget.SubTokens.Commit(tokens);
            }

            return refused;
        }
    }

    /// <summary>Gives back what a batch did not call for.</summary>
    public void End(BatchClaim batch)
    {
        lock (Gate)
        {
            _budget.Redeem(batch, batch.Tokens);
        }
    }

    /// <summary>Takes back a sub-call that another limit refused.</summary>
    public void RefuseSubCall()
    {
        lock (Gate)
        {
            for (var ledger = this; ledger is not null; ledger = ledger._parent)
            {
                ledger._used.SubCalls--;
                ledger._used.RefusedSubCalls++;
            }
        }
    }

    public RlmUsage Snapshot()
    {
        lock (Gate)
        {
            return _used.Snapshot();
        }
    }

    /// <summary>What the tree has left.</summary>
    public BudgetLeft Left()
    {
        lock (Gate)
        {
            return new BudgetLeft(_budget.RootTokens.Left, _budget.SubTokens.Left, _budget.Cost.Left, _budget.SubCalls - _tree._used.SubCalls);
        }
    }

    private LimitReached? TooMany(int prompts)
    {
        if (_budget.SubCalls is not { } most || most - _tree._used.SubCalls is var left && prompts <= left)
        {
            return null;
        }

        return left == 0
            ? LimitReached.OfCount(StopReason.SubCalls, most, "sub-call", nameof(RlmOptions.MaxSubCalls))
            : new LimitReached(
                StopReason.SubCalls,
                $"the batch has {LimitedAmount.Count(prompts)} prompts, and only {LimitedAmount.Count(left)} of {LimitedAmount.Count(most)} sub-calls {(left == 1 ? "is" : "are")} left",
                nameof(RlmOptions.MaxSubCalls))
            {
                Advice = $"Send at most {LimitedAmount.Count(left)} prompt{(left == 1 ? "" : "s")}: put several texts into one, or leave some out.",
                AdmitsLess = true,
            };
    }

    private LimitReached? Unaffordable(int prompts, decimal tokens) =>
        _budget.Exhausted(ModelRole.Sub) is { IsUsedUp: true } amount ? amount.UsedUp() : _budget.TooLittleFor(prompts, tokens);

    private bool TryReserve(
        ModelRole role, ModelRoute route, long input, CallClaim claim, BatchClaim? batch, out Reservation reservation, out LimitReached? refused, out Task settled)
    {
        settled = Task.CompletedTask;
        lock (Gate)
        {
            reservation = _budget.Expect(role, route, input);
            refused = Judge(role, input, claim, batch, out var waits);
            if (waits)
            {
                settled = (_tree._settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return false;
            }

            if (batch is not null)
            {
                _budget.Redeem(batch, reservation.Input);
            }

            if (refused is null)
            {
                _budget.Reserve(role, reservation);
            }

            return refused is null;
        }
    }

    /// <summary>Decides on a call: it is refused, it waits until a call in flight has ended, or it is sent.</summary>
    private LimitReached? Judge(ModelRole role, long input, CallClaim claim, BatchClaim? batch, out bool waits)
    {
        waits = false;
        var exhausted = _budget.Exhausted(role);
        if (exhausted is { IsUsedUp: true })
        {
            return exhausted.UsedUp();
        }

        if (claim == CallClaim.Loop)
        {
            waits = exhausted is not null;
            return null;
        }

        // A batch was let in whole: what others have claimed since does not keep its prompts out.
        if ((batch is null ? _budget.TooLittleFor(1, input) : _budget.ShortFor(input)) is { } refused)
        {
            return refused;
        }

        waits = exhausted is not null || !_budget.SubTokens.AdmitsNow(input);
        return null;
    }

    private CallOutcome Settle(ModelRole role, ModelRoute route, Reservation reservation, ModelReply? reply)
    {
        var estimated = reply is { Tokens: null, FromCache: false };
        var tokens = reply?.Tokens ?? (estimated ? new TokenUsage(reservation.Input, TokenEstimate.OfText(reply!.Text.Length + reply.Reasoning.Length)) : default);
        var cost = reply is null ? null : reply.Cost ?? (reply.FromCache ? 0 : route.Price?.Cost(tokens));
        TaskCompletionSource? settled;
        lock (Gate)
        {
            _budget.Settle(role, reservation, tokens, cost ?? 0);
            for (var ledger = this; ledger is not null; ledger = ledger._parent)
            {
                ledger._used.Count(role, route.Name, reply, tokens, cost, estimated);
            }

            settled = _tree._settled;
            _tree._settled = null;
        }

        settled?.SetResult();
        return new CallOutcome { Reply = reply, Tokens = tokens, Cost = cost };
    }
}
