using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
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
    private readonly AnswerForm? _form;
    private readonly List<ChatMessage> _messages;
    private readonly List<RlmTurn> _turns = new(1);
    private TurnInProgress? _turn;
    private int _sent;

    /// <summary>Makes one.</summary>
    /// <param name="scope">What it shares with nobody: it has no children.</param>
    /// <param name="context">The context, for those who are told of the run.</param>
    /// <param name="text">The same as one text.</param>
    /// <param name="question">What to find out; empty where the text asks for itself.</param>
    /// <param name="form">The form that the answer is to have, or null.</param>
    public DirectRun(RunScope scope, RlmContext context, string text, string question, AnswerForm? form = null)
    {
        _form = form;
        _scope = scope;
        _context = context;
        _question = question;
        _id = RunId.New(scope.Clock);
        _feed = scope.Feed?.Of(_id, depth: 0);
        _root = scope.Setup.Models.Root;
        _ledger = new UsageLedger(scope.Options);
        _times = new RunClock(scope.Clock);
        var instruction = form is null ? "" : PromptTemplate.Render(PromptText.ReplyForm, ("schema", form.Schema.Root.GetRawText()));
        _messages = [new ChatMessage(ChatRole.User, string.Join("\n\n", new[] { text, question, instruction }.Where(part => part.Length > 0)))];
    }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, MostTurns) { Context = _context });
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
            outcome = await AskAsync(deadline.Token).ConfigureAwait(false);
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
            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, _sent);
            var partial = Result(new RunOutcome(StopReason.ModelFailed, ""));
            throw new RlmModelException($"The root model '{_root.Name}' failed: {cause.Message}", cause, partial);
        }

        var result = Result(outcome);
        return outcome.LimitNote is not null && _scope.Options.ThrowOnLimit ? throw new RlmLimitException(result) : result;
    }

    private int MostTurns => _form is null ? 1 : 1 + _scope.Options.SchemaRetries;

    /// <summary>Asks until the answer has the form that was asked for, or nobody will ask again.</summary>
    private async ValueTask<RunOutcome> AskAsync(CancellationToken cancellationToken)
    {
        var said = "";
        while (true)
        {
            var call = await _ledger.CallAsync(ModelRole.Root, _root, _messages, SendAsync, cancellationToken).ConfigureAwait(false);
            if (call.Reply is not { } reply)
            {
                return new RunOutcome(call.Refused!, said);
            }

            var outcome = Take(reply);
            if (outcome.Reason != StopReason.FinalAnswer || _form?.FindMismatch(outcome.Text) is not { } mismatch)
            {
                return outcome;
            }

            if (_sent == MostTurns)
            {
                return outcome with { Reason = StopReason.UnfitAnswer };
            }

            said = outcome.Text;
            _messages.Add(new ChatMessage(ChatRole.Assistant, said.Length > 0 ? said : "(empty reply)"));
            _messages.Add(new ChatMessage(ChatRole.User, PromptTemplate.Render(PromptText.UnfitReply, ("reason", mismatch))));
        }
    }

    private ValueTask<ModelReply> SendAsync(CancellationToken cancellationToken)
    {
        _turn = new TurnInProgress(++_sent, _messages.Count == 1 ? [.. _messages] : _messages[^2..], _scope.Clock.GetUtcNow(), _scope.Clock.GetTimestamp());
        _feed?.Write(new RlmEvent.TurnStarted(_sent, MostTurns));
        return _feed is { IsStreamed: true } feed
            ? RootCall.StreamAsync(_root, _messages, feed, _sent, cancellationToken)
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
        if (_turn is not { } turn)
        {
            return;
        }

        _turn = null;
        var closed = turn.Close(_scope.Clock);
        closed = closed with { ModelTime = closed.Elapsed };
        _turns.Add(closed);
        _times.Model += closed.Elapsed;
        if (closed.Reply.Length > 0)
        {
            _feed?.Write(new RlmEvent.Replied(closed.Number, closed.Reply, closed.Tokens, closed.Elapsed) { End = closed.ReplyEnd });
        }

        _feed?.Write(new RlmEvent.TurnEnded(closed));
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
            Turns = _turns.Count,
            Trajectory = [.. _turns],
            Times = _times.Read(),
        };
    }
}
