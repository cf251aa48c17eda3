using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Engine;

/// <content>Where the answers come from: a model, or a child run.</content>
internal sealed partial class SubCalls
{
    private ValueTask<RlmSubCall> AnswerAsync(SubCall call, ModelRoute route, BatchClaim? batch, bool child, CancellationToken cancellationToken) =>
        call.Schema is not null || call.Messages is not null
            ? AnswerFormedAsync(call, route, batch, child, cancellationToken)
            : child ? RunChildAsync(call, route, form: null, cancellationToken) : AskAsync(call, route, batch, isAgain: false, cancellationToken);

    private async ValueTask<RlmSubCall> AnswerFormedAsync(SubCall call, ModelRoute route, BatchClaim? batch, bool child, CancellationToken cancellationToken)
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
                served = await AskAsync(call, route, batch, isAgain: false, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                var attempts = 0;
                served = await new TypedSubCall(call, schema, scope.Options.SchemaRetries)
                    .RunAsync(attempt => AskAsync(attempt, route, attempts == 0 ? batch : null, isAgain: attempts++ > 0, cancellationToken)).ConfigureAwait(false);
            }
        }
        catch (RlmConfigurationException cause)
        {
            served = Failed(call, route.Name, cause.Message, default);
        }

        return served with { Call = call.ForRecord() };
    }

    /// <summary>Makes a plain call.</summary>
    /// <param name="call">What the code asked for.</param>
    /// <param name="route">The model.</param>
    /// <param name="batch">The admitted batch that it belongs to, or null.</param>
    /// <param name="isAgain">The same sub-call has reached the model before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async ValueTask<RlmSubCall> AskAsync(SubCall call, ModelRoute route, BatchClaim? batch, bool isAgain, CancellationToken cancellationToken)
    {
        var started = scope.Clock.GetTimestamp();
        try
        {
            var messages = call.ToMessages();
            var outcome = await ledger.CallAsync(ModelRole.Sub, route, messages, token => SendAsync(route, messages, token), cancellationToken, CallClaim.Prompt, batch).ConfigureAwait(false);
            if (outcome.Reply is not { } reply)
            {
                if (!isAgain)
                {
                    ledger.RefuseSubCall();
                }

                return Refused(call, route.Name, outcome.Refused!);
            }

            if (reply.End is ReplyEnd.Refused or ReplyEnd.Filtered)
            {
                return Failed(call, route.Name, SubCallText.NotAnswered(route.Name, reply), scope.Clock.GetElapsedTime(started)) with { Tokens = reply.Tokens };
            }

            var text = SpokenReply.AnswerOf(reply.Text);
            if (string.IsNullOrWhiteSpace(text))
            {
                return Failed(call, route.Name, string.IsNullOrWhiteSpace(reply.Text) || reply.End == ReplyEnd.Cut ? SubCallText.EmptyReply(route.Name, reply) : SubCallText.OnlyReasoning(route.Name), scope.Clock.GetElapsedTime(started)) with { Tokens = reply.Tokens };
            }

            return new RlmSubCall { Call = call, Model = route.Name, Response = reply.End == ReplyEnd.Cut ? text + SubCallText.CutMark : text, Elapsed = scope.Clock.GetElapsedTime(started), Tokens = reply.Tokens };
        }
        catch (Exception cause) when (cause is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            scope.Setup.Logger?.SubCallFailed(cause, route.Name);
            return Failed(call, route.Name, SubCallText.CallFailed(route.Name, cause), scope.Clock.GetElapsedTime(started));
        }
    }

    private static async ValueTask<ModelReply> SendAsync(ModelRoute route, IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken) =>
        ModelReply.From(await route.Client.GetResponseAsync(messages, route.Options, cancellationToken).OrAbandon(cancellationToken).ConfigureAwait(false));

    private async ValueTask<RlmSubCall> RunChildAsync(SubCall call, ModelRoute route, AnswerForm? form, CancellationToken cancellationToken)
    {
        if (ledger.Refusal(ModelRole.Sub) is { } refused)
        {
            ledger.RefuseSubCall();
            return Refused(call, route.Name, refused); // before a session is opened for nothing
        }

        var started = scope.Clock.GetTimestamp();
        var child = new RlmRun(scope, RlmContext.FromText(call.Prompt), PromptText.ChildQuestion, depth + 1, route, ledger.Child(), form, runId);
        try
        {
            var result = await child.RunAsync(cancellationToken).ConfigureAwait(false);
            var served = string.IsNullOrWhiteSpace(result.Text) || result.StopReason == StopReason.Refused
                ? Failed(call, route.Name, SubCallText.NoAnswer(result), default)
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

    private RlmSubCall Refused(SubCall call, string? model, LimitReached refused)
    {
        lock (_gate)
        {
            _refused = _refused is { AdmitsLess: false } final ? final : refused; // what ends the run is not forgotten for what does not
        }

        return Failed(call, model ?? scope.Setup.Models.Sub.Name, SubCallText.Refused(refused), default);
    }

    private static RlmSubCall Failed(SubCall call, string model, string error, TimeSpan elapsed) =>
        new() { Call = call, Model = model, Response = "Error: " + error, Error = error, Elapsed = elapsed };
}
