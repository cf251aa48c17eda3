using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Engine;

/// <summary>Answers the sub-calls of one run and keeps a record of them. What completes at once stays synchronous.</summary>
internal sealed class SubCalls(RunScope scope, UsageLedger ledger, int depth) : ISubCallHandler
{
    private readonly Lock _gate = new();
    private List<RlmSubCall>? _records;

    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken)
    {
        ledger.AddSubCalls(1);
        var serving = ServeAsync(call, cancellationToken);
        return serving.IsCompletedSuccessfully ? new ValueTask<string>(Record(serving.Result)) : RecordAsync(serving);
    }

    public async ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken)
    {
        ledger.AddSubCalls(calls.Count);
        var batch = new SubCallBatch(calls, ServeAsync);
        try
        {
            await batch.RunAsync(Concurrency(calls), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Record(batch.Served);
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

    private async ValueTask<RlmSubCall> ServeAsync(SubCall call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (scope.Setup.Models.Find(call.Model) is not { } route)
        {
            return Failed(call, call.Model ?? "", SubCallText.UnknownModel(call.Model, scope.Setup.Models.Names), default);
        }

        if (IsChild(call))
        {
            return await TellAsync(call, route, child: true, cancellationToken).ConfigureAwait(false);
        }

        await scope.SubCallSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await TellAsync(call, route, child: false, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            scope.SubCallSlots.Release();
        }
    }

    private ValueTask<RlmSubCall> TellAsync(SubCall call, ModelRoute route, bool child, CancellationToken cancellationToken)
    {
        if (scope.Feed is not { } feed)
        {
            return AnswerAsync(call, route, child, cancellationToken);
        }

        return WithEventsAsync(feed);

        async ValueTask<RlmSubCall> WithEventsAsync(EventFeed feed)
        {
            var id = scope.NextId();
            feed.Write(new RlmEvent.SubCallStarted(id, call.ForRecord(), route.Name) { Depth = depth + 1 });
            var served = await AnswerAsync(call, route, child, cancellationToken).ConfigureAwait(false);
            feed.Write(new RlmEvent.SubCallEnded(id, served) { Depth = depth + 1 });
            return served;
        }
    }

    private ValueTask<RlmSubCall> AnswerAsync(SubCall call, ModelRoute route, bool child, CancellationToken cancellationToken) =>
        call.Schema is not null || call.Messages is not null
            ? AnswerFormedAsync(call, route, child, cancellationToken)
            : child ? RunChildAsync(call, route, form: null, cancellationToken) : AskAsync(call, route, cancellationToken);

    private async ValueTask<RlmSubCall> AnswerFormedAsync(SubCall call, ModelRoute route, bool child, CancellationToken cancellationToken)
    {
        RlmSubCall served;
        try
        {
            var schema = call.Schema is { } asked ? JsonSchema.Parse(asked) : null;
            if (child)
            {
                served = await RunChildAsync(call, route, schema is null ? null : new AnswerForm(schema), cancellationToken).ConfigureAwait(false);
            }
            else if (schema is null)
            {
                served = await AskAsync(call, route, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                served = await new TypedSubCall(call, schema, scope.Options.SchemaRetries).RunAsync(again => AskAsync(again, route, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (RlmConfigurationException cause)
        {
            served = Failed(call, route.Name, cause.Message, default);
        }

        return served with { Call = call.ForRecord() };
    }

    private async ValueTask<RlmSubCall> AskAsync(SubCall call, ModelRoute route, CancellationToken cancellationToken)
    {
        var started = scope.Clock.GetTimestamp();
        try
        {
            var response = await route.Client.GetResponseAsync(call.ToMessages(), route.Options, cancellationToken)
                .OrAbandon(cancellationToken).ConfigureAwait(false);
            var reply = ModelReply.From(response);
            ledger.AddCall(route.Name, reply);
            var text = ThinkSplitter.Split(reply.Text) is { Reasoning.Length: > 0 } split ? split.Visible.Trim() : reply.Text;
            if (string.IsNullOrWhiteSpace(text))
            {
                return Failed(call, route.Name, SubCallText.EmptyReply(route.Name), scope.Clock.GetElapsedTime(started)) with { Tokens = reply.Tokens };
            }

            return new RlmSubCall { Call = call, Model = route.Name, Response = text, Elapsed = scope.Clock.GetElapsedTime(started), Tokens = reply.Tokens };
        }
        catch (Exception cause)
        {
            ledger.AddCall(route.Name, reply: null);
            if (cause is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            scope.Setup.Logger?.SubCallFailed(cause, route.Name);
            return Failed(call, route.Name, SubCallText.CallFailed(route.Name, cause), scope.Clock.GetElapsedTime(started));
        }
    }

    private async ValueTask<RlmSubCall> RunChildAsync(SubCall call, ModelRoute route, AnswerForm? form, CancellationToken cancellationToken)
    {
        var started = scope.Clock.GetTimestamp();
        var child = new RlmRun(scope, RlmContext.FromText(call.Prompt), PromptText.ChildQuestion, depth + 1, route, ledger, form);
        try
        {
            var result = await child.RunAsync(cancellationToken).ConfigureAwait(false);
            var served = result.Text.Length == 0
                ? Failed(call, route.Name, SubCallText.NoAnswer(result.StopReason), default)
                : form is null
                    ? new RlmSubCall { Call = call, Model = route.Name, Response = result.Text }
                    : JsonReply.Read(result.Text, form.Schema, out var value) is { } mismatch
                        ? Failed(call, route.Name, SubCallText.UnfitChild(mismatch), default)
                        : new RlmSubCall { Call = call, Model = route.Name, Response = value.GetRawText() };
            return served with { Elapsed = scope.Clock.GetElapsedTime(started), Tokens = result.Usage.Tokens, Child = result };
        }
        catch (Exception cause) when (cause is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            scope.Setup.Logger?.SubCallFailed(cause, route.Name);
            var partial = (cause as RlmModelException)?.Partial;
            return Failed(call, route.Name, SubCallText.CallFailed(route.Name, cause), scope.Clock.GetElapsedTime(started)) with { Tokens = partial?.Usage.Tokens, Child = partial };
        }
    }

    private static RlmSubCall Failed(SubCall call, string model, string error, TimeSpan elapsed) =>
        new() { Call = call, Model = model, Response = "Error: " + error, Error = error, Elapsed = elapsed };

    private async ValueTask<string> RecordAsync(ValueTask<RlmSubCall> serving) => Record(await serving.ConfigureAwait(false));

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
