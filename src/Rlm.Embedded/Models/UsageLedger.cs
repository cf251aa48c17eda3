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
    public async ValueTask<CallOutcome> CallAsync(
        ModelRole role, ModelRoute route, IReadOnlyList<ChatMessage> messages, Func<CancellationToken, ValueTask<ModelReply>> send, CancellationToken cancellationToken)
    {
        var input = TokenEstimate.Of(messages);
        Reservation reservation;
        while (!TryReserve(role, route, input, out reservation, out var refused, out var settled))
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

    /// <summary>Counts sub-calls that code wants to make.</summary>
    /// <returns>How many of them it may make.</returns>
    public int TakeSubCalls(int wanted)
    {
        lock (Gate)
        {
            var admitted = _budget.SubCalls is { } most ? Math.Min(wanted, most - _tree._used.SubCalls) : wanted;
            for (var ledger = this; ledger is not null; ledger = ledger._parent)
            {
                ledger._used.SubCalls += admitted;
                ledger._used.RefusedSubCalls += wanted - admitted;
            }

            return admitted;
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

    public LimitReached SubCallsUsedUp() => LimitReached.OfCount(StopReason.SubCalls, _budget.SubCalls ?? 0, "sub-call", nameof(RlmOptions.MaxSubCalls));

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

    private bool TryReserve(ModelRole role, ModelRoute route, long input, out Reservation reservation, out LimitReached? refused, out Task settled)
    {
        reservation = default;
        refused = null;
        settled = Task.CompletedTask;
        lock (Gate)
        {
            if (_budget.Exhausted(role) is not { } exhausted)
            {
                reservation = _budget.Expect(role, route, input);
                _budget.Reserve(role, reservation);
                return true;
            }

            if (exhausted.IsUsedUp)
            {
                refused = exhausted.UsedUp();
            }
            else
            {
                settled = (_tree._settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            return false;
        }
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
                ledger._used.Count(route.Name, reply, tokens, cost, estimated);
            }

            settled = _tree._settled;
            _tree._settled = null;
        }

        settled?.SetResult();
        return new CallOutcome { Reply = reply, Tokens = tokens, Cost = cost };
    }
}
