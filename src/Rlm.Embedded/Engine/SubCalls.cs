using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Answers the sub-calls of one run and keeps a record of them. What completes at once stays synchronous.</summary>
internal sealed partial class SubCalls(RunScope scope, UsageLedger ledger, int depth, string runId) : ISubCallHandler
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private List<RlmSubCall>? _records;
    private LimitReached? _refused;
    private int _inFlight;
    private TaskCompletionSource? _ended;

    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken)
    {
        if (ledger.TakeSubCall() is { } refused)
        {
            return new ValueTask<string>(Record(Refused(call, call.Model, refused)));
        }

        Begin();
        var serving = ServeAsync(call, batch: null, cancellationToken);
        if (!serving.IsCompletedSuccessfully)
        {
            return RecordAsync(serving);
        }

        End();
        return new ValueTask<string>(Record(serving.Result));
    }

    public async ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken)
    {
        BatchClaim claim = new();
        if (ledger.TakeBatch(calls.Count, Estimate(calls), claim) is { } refused)
        {
            RlmSubCall[] none = [.. calls.Select(call => Refused(call.ForRecord(), call.Model, refused))];
            Record(none);
            return [.. none.Select(call => call.Response)];
        }

        var batch = new SubCallBatch(calls, (call, token) => ServeAsync(call, claim, token));
        Begin();
        try
        {
            await batch.RunAsync(Concurrency(calls), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ledger.End(claim);
            Record(batch.Served);
            End();
        }

        return batch.Responses();
    }

    /// <summary>The records since the last time, in order.</summary>
    public IReadOnlyList<RlmSubCall> TakeRecords()
    {
        lock (_gate)
        {
            var records = _records;
            _records = null;
            return records is null ? [] : records;
        }
    }

    /// <summary>Why a call since the last time was refused, or null.</summary>
    public LimitReached? TakeRefusal() => Interlocked.Exchange(ref _refused, null);

    /// <summary>
    /// Waits for calls and children that a cancelled cell has left: they have their token and end by themselves. Only a client that blocks
    /// its thread is not waited for any longer than <see cref="Grace"/>.
    /// </summary>
    public async ValueTask EndedAsync()
    {
        Task ended;
        lock (_gate)
        {
            if (_inFlight == 0)
            {
                return;
            }

            ended = (_ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        // Real time: a clock that a caller moves by hand must not hold the run.
        await ended.WaitAsync(Grace, TimeProvider.System, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool IsChild(SubCall call) => call.Kind == SubCallKind.Rlm && depth + 1 < scope.Options.MaxDepth;

    private int Concurrency(IReadOnlyList<SubCall> calls)
    {
        foreach (var call in calls)
        {
            if (IsChild(call))
            {
                return scope.Options.ChildConcurrency;
            }
        }

        return scope.Options.SubCallConcurrency;
    }

    /// <summary>What the prompts that go to a model take by themselves. A child reads its prompt in its REPL.</summary>
    private long Estimate(IReadOnlyList<SubCall> calls)
    {
        long tokens = 0;
        foreach (var call in calls)
        {
            if (!IsChild(call) && scope.Setup.Models.Find(call.Model) is not null)
            {
                tokens += TokenEstimate.Of(call.ToMessages());
            }
        }

        return tokens;
    }

    private async ValueTask<RlmSubCall> ServeAsync(SubCall call, BatchClaim? batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (scope.Setup.Models.Find(call.Model) is not { } route)
        {
            return Failed(call, call.Model ?? "", SubCallText.UnknownModel(call.Model, scope.Setup.Models.Known), default);
        }

        if (IsChild(call))
        {
            return await TellAsync(call, route, batch, child: true, cancellationToken).ConfigureAwait(false);
        }

        await scope.SubCallSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await TellAsync(call, route, batch, child: false, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.SubCallSlots.Release();
        }
    }

    private ValueTask<RlmSubCall> TellAsync(SubCall call, ModelRoute route, BatchClaim? batch, bool child, CancellationToken cancellationToken)
    {
        if (scope.Feed?.Of(runId, depth + 1) is not { } feed)
        {
            return AnswerAsync(call, route, batch, child, cancellationToken);
        }

        return WithEventsAsync(feed);

        async ValueTask<RlmSubCall> WithEventsAsync(RunFeed feed)
        {
            var id = scope.NextId();
            feed.Write(new RlmEvent.SubCallStarted(id, call.ForRecord(), route.Name));
            var served = await AnswerAsync(call, route, batch, child, cancellationToken).ConfigureAwait(false);
            feed.Write(new RlmEvent.SubCallEnded(id, served));
            return served;
        }
    }

    private void Begin() => Interlocked.Increment(ref _inFlight);

    private void End()
    {
        lock (_gate)
        {
            if (Interlocked.Decrement(ref _inFlight) == 0)
            {
                _ended?.SetResult();
                _ended = null;
            }
        }
    }

    private async ValueTask<string> RecordAsync(ValueTask<RlmSubCall> serving)
    {
        try
        {
            return Record(await serving.ConfigureAwait(false));
        }
        finally
        {
            End();
        }
    }

    private string Record(RlmSubCall served)
    {
        lock (_gate)
        {
            (_records ??= new List<RlmSubCall>(1)).Add(served);
        }

        return served.Response;
    }

    private void Record(RlmSubCall?[] served)
    {
        lock (_gate)
        {
            _records ??= new List<RlmSubCall>(served.Length);
            foreach (var one in served)
            {
                if (one is not null)
                {
                    _records.Add(one); // the slots that cancellation left empty are not records
                }
            }
        }
    }
}
