using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>A run without a REPL: the context goes to the root model whole, and its reply is the answer.</summary>
internal sealed class DirectRun(RunScope scope, RlmContext context, string text, string question)
{
    private readonly ModelRoute _root = scope.Setup.Models.Root;
    private readonly UsageLedger _ledger = new(parent: null);
    private readonly RunClock _times = new(scope.Clock);
    private readonly string _id = RunId.New(scope.Clock);
    private readonly List<ChatMessage> _messages = [new ChatMessage(ChatRole.User, text.Length == 0 ? question : text + "\n\n" + question)];
    private TurnInProgress? _turn;
    private RlmTurn? _closed;

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        var feed = scope.Feed?.Of(_id, depth: 0);
        feed?.Write(new RlmEvent.RunStarted(question, _root.Name, MaxTurns: 1) { Context = context });
        var started = scope.Clock.GetTimestamp();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _turn = new TurnInProgress(1, [.. _messages], scope.Clock.GetUtcNow(), started);
            feed?.Write(new RlmEvent.TurnStarted(1, MaxTurns: 1));
            var reply = feed is { IsStreamed: true }
                ? await RootCall.StreamAsync(_root, _messages, feed, turn: 1, cancellationToken).ConfigureAwait(false)
                : ModelReply.From(await RootCall.AskAsync(_root, _messages, cancellationToken).ConfigureAwait(false));
            _ledger.AddCall(_root.Name, reply);
            var split = ThinkSplitter.Split(reply.Text);
            _turn.Reply = reply.Text;
            _turn.Reasoning = reply.Reasoning.Length > 0 ? reply.Reasoning : split.Reasoning;
            _turn.Tokens = reply.Tokens;
            feed?.Write(new RlmEvent.Replied(1, reply.Text, reply.Tokens, Elapsed(started)));
            var result = Result(feed, StopReason.FinalAnswer, split.Reasoning.Length > 0 ? split.Visible.Trim() : reply.Text, started);
            feed?.Write(new RlmEvent.RunEnded(result));
            return result;
        }
        catch (Exception cause)
        {
            var isCancelled = cause is OperationCanceledException && cancellationToken.IsCancellationRequested;
            if (_closed is null && _turn is not null)
            {
                _ledger.AddCall(_root.Name, reply: null);
            }

            var partial = Result(feed, isCancelled ? StopReason.Cancelled : StopReason.ModelFailed, "", started);
            Exception thrown = isCancelled
                ? new RlmCanceledException(cause, partial, cancellationToken)
                : new RlmModelException($"The root model '{_root.Name}' failed: {cause.Message}", cause, partial);
            if (!isCancelled)
            {
                scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn: 1);
            }

            feed?.Write(new RlmEvent.RunEnded(partial) { Failure = thrown });
            throw thrown;
        }
    }

    private RlmResult Result(RunFeed? feed, StopReason reason, string answer, long started)
    {
        if (_turn is not null && _closed is null)
        {
            _times.Model = _turn.ModelTime = Elapsed(started);
            _closed = _turn.Close(scope.Clock);
            feed?.Write(new RlmEvent.TurnEnded(_closed));
        }

        return new RlmResult
        {
            RunId = _id,
            TrajectoryFile = scope.TrajectoryFile,
            IsDirect = true,
            Text = answer,
            StopReason = reason,
            Usage = _ledger.Snapshot(),
            Turns = _closed is null ? 0 : 1,
            Trajectory = _closed is null ? [] : [_closed],
            Times = _times.Read(),
        };
    }

    private TimeSpan Elapsed(long started) => scope.Clock.GetElapsedTime(started);
}
