using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>A run without a REPL: the context goes to the root model whole, and its reply is the answer.</summary>
internal sealed class DirectRun
{
    private readonly RunScope _scope;
    private readonly RlmContext _context;
    private readonly string _question;
    private readonly string _id;
    private readonly RunFeed? _feed;
    private readonly ModelRoute _root;
    private readonly UsageLedger _ledger;
    private readonly RunClock _times;
    private readonly List<ChatMessage> _messages;
    private TurnInProgress? _turn;
    private RlmTurn? _closed;

    public DirectRun(RunScope scope, RlmContext context, string text, string question)
    {
        _scope = scope;
        _context = context;
        _question = question;
        _id = RunId.New(scope.Clock);
        _feed = scope.Feed?.Of(_id, depth: 0);
        _root = scope.Setup.Models.Root;
        _ledger = new UsageLedger(scope.Options);
        _times = new RunClock(scope.Clock);
        _messages = [new ChatMessage(ChatRole.User, text.Length == 0 ? question : text + "\n\n" + question)];
    }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, MaxTurns: 1) { Context = _context });
        try
        {
            var result = await AnswerAsync(cancellationToken).ConfigureAwait(false);
            _feed?.Write(new RlmEvent.RunEnded(result));
            return result;
        }
        catch (Exception cause)
        {
            _feed?.Write(new RlmEvent.RunEnded(RlmException.ResultOf(cause) ?? Result(new RunOutcome(StopReason.Failed, ""))) { Failure = cause });
            throw;
        }
    }

    private async Task<RlmResult> AnswerAsync(CancellationToken cancellationToken)
    {
        using var deadline = _scope.StartClock(cancellationToken);
        RunOutcome outcome;
        try
        {
            deadline.Token.ThrowIfCancellationRequested();
            var call = await _ledger.CallAsync(ModelRole.Root, _root, _messages, SendAsync, deadline.Token).ConfigureAwait(false);
            outcome = call.Reply is { } reply ? Take(reply) : new RunOutcome(call.Refused!, "");
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RlmCanceledException(cause, Result(new RunOutcome(StopReason.Cancelled, "")), cancellationToken);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            outcome = new RunOutcome(deadline.Reached, "");
        }
        catch (Exception cause)
        {
            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn: 1);
            var partial = Result(new RunOutcome(StopReason.ModelFailed, ""));
            throw new RlmModelException($"The root model '{_root.Name}' failed: {cause.Message}", cause, partial);
        }

        var result = Result(outcome);
        return outcome.LimitNote is not null && _scope.Options.ThrowOnLimit ? throw new RlmLimitException(result) : result;
    }

    private ValueTask<ModelReply> SendAsync(CancellationToken cancellationToken)
    {
        _turn = new TurnInProgress(1, [.. _messages], _scope.Clock.GetUtcNow(), _scope.Clock.GetTimestamp());
        _feed?.Write(new RlmEvent.TurnStarted(1, MaxTurns: 1));
        return _feed is { IsStreamed: true } feed
            ? RootCall.StreamAsync(_root, _messages, feed, turn: 1, cancellationToken)
            : RootCall.AskAsync(_root, _messages, cancellationToken);
    }

    private RunOutcome Take(ModelReply reply)
    {
        var text = ReplyWords.Of(reply);
        var spoken = SpokenReply.Of(text);
        var turn = _turn!;
        turn.Reply = text;
        turn.ReplyEnd = reply.End;
        turn.Reasoning = reply.Reasoning.Length > 0 ? reply.Reasoning : spoken.Reasoning;
        turn.Tokens = reply.Tokens;
        CloseTurn();
        var said = SpokenReply.AnswerOf(text);
        return reply.End switch
        {
            ReplyEnd.Complete => new RunOutcome(StopReason.FinalAnswer, said),
            ReplyEnd.Cut => new RunOutcome(StopReason.ReplyCut, said, "The reply met the model's limit of output tokens and is cut off. Allow more with RlmOptions.RootChatOptions.MaxOutputTokens."),
            _ => new RunOutcome(StopReason.Refused, ReplyWords.OfRefusal(reply, said)),
        };
    }

    private void CloseTurn()
    {
        if (_turn is not { } turn || _closed is not null)
        {
            return;
        }

        var closed = turn.Close(_scope.Clock);
        _closed = closed with { ModelTime = closed.Elapsed };
        _times.Model = closed.Elapsed;
        if (closed.Reply.Length > 0)
        {
            _feed?.Write(new RlmEvent.Replied(1, closed.Reply, closed.Tokens, closed.Elapsed) { End = closed.ReplyEnd });
        }

        _feed?.Write(new RlmEvent.TurnEnded(_closed));
    }

    private RlmResult Result(RunOutcome outcome)
    {
        CloseTurn();
        return new RlmResult
        {
            RunId = _id,
            TrajectoryFile = _scope.TrajectoryFile,
            IsDirect = true,
            Text = outcome.Text,
            StopReason = outcome.Reason,
            LimitNote = outcome.LimitNote,
            Usage = _ledger.Snapshot(),
            Turns = _closed is null ? 0 : 1,
            Trajectory = _closed is null ? [] : [_closed],
            Times = _times.Read(),
        };
    }
}
