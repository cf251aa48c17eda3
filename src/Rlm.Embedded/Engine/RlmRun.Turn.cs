using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <content>One turn: the root model's call, and the cells of its reply.</content>
internal sealed partial class RlmRun
{
    /// <summary>Calls the root model; null when a limit refuses the call.</summary>
    private async ValueTask<ParsedReply?> AskAsync(int turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = _scope.Clock;
        var started = clock.GetTimestamp();
        try
        {
            _call = await _ledger.CallAsync(_role, _root, _messages, token => SendAsync(turn, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            _times.Model += clock.GetElapsedTime(started);
            if (cause is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn);
            var partial = Result(new RunOutcome(StopReason.ModelFailed, _lastText));
            throw new RlmModelException($"The root model '{_root.Name}' failed in turn {turn}: {cause.Message}", cause, partial);
        }

        var elapsed = clock.GetElapsedTime(started);
        _times.Model += elapsed;
        if (_call.Reply is not { } reply)
        {
            return null;
        }

        _gauge.Note(reply.Tokens, _messages.Count);
        var text = ReplyWords.Of(reply);
        var parsed = WholePart.Of(ResponseParser.Parse(text), reply.End);
        _turn!.Reply = text;
        _turn.ReplyEnd = reply.End;
        _turn.Reasoning = Join(reply.Reasoning, parsed.Reasoning);
        _turn.Tokens = reply.Tokens;
        _turn.ModelTime = elapsed;
        _feed?.Write(new RlmEvent.Replied(turn, text, reply.Tokens, elapsed) { End = reply.End });

        // Thinking is not sent back. Some providers reject an empty message, so a reply of nothing else leaves a mark.
        var isEmpty = string.IsNullOrWhiteSpace(parsed.Visible);
        _messages.Add(new ChatMessage(ChatRole.Assistant, isEmpty ? "(empty reply)" : parsed.Visible));
        _lastText = isEmpty || reply.End != ReplyEnd.Complete || reply.Calls.Count > 0 || parsed.Blocks.Count > 0 || parsed.Final is not null ? _lastText : parsed.Visible.Trim();
        return parsed;
    }

    private ValueTask<ModelReply> SendAsync(int turn, CancellationToken cancellationToken)
    {
        _turn = new TurnInProgress(turn, _messages.GetRange(_sent, _messages.Count - _sent), _scope.Clock.GetUtcNow(), _scope.Clock.GetTimestamp()) { Compaction = _compaction };
        _compaction = null;
        _sent = _messages.Count;
        _feed?.Write(new RlmEvent.TurnStarted(turn, _scope.Options.MaxTurns));
        return _feed is { IsStreamed: true } feed
            ? RootCall.StreamAsync(_root, _messages, feed, turn, cancellationToken)
            : RootCall.AskAsync(_root, _messages, cancellationToken);
    }

    /// <summary>Does what a reply says; the answer, or null with <see cref="_message"/> saying what happened.</summary>
    private async ValueTask<string?> ActAsync(IReplEnvironment repl, ParsedReply reply, CancellationToken cancellationToken)
    {
        _message.Begin();
        _unseen.Clear();
        var sawOutput = _hasSeenOutput;
        var blocks = reply.Blocks;
        if (_call.Reply!.End is ReplyEnd.Refused or ReplyEnd.Filtered && blocks.Count == 0 && reply.Final is null)
        {
            return _isLastCall ? null : TakeRefusal(reply);
        }

        _refusals = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            var result = await RunCellAsync(repl, blocks[i], cancellationToken).ConfigureAwait(false);
            _hasSeenOutput = true;
            _unseen.Append(result.Stdout).Append('\n');
            var fault = result.AnswerFault;
            if (result.FinalAnswer is { } answer && IsMeant(result))
            {
                fault = FindInvented(answer, blocks[i], reply.Visible);
                if (fault is null)
                {
                    return answer;
                }
            }

            _message.AddCell(i + 1, blocks.Count, result);
            if (fault is not null)
            {
                Tell(fault);
            }

            if (result.FinalAnswer is not null)
            {
                return null;
            }

            if (result.Error is not null || result.Stopped != CellStop.None)
            {
                _replLost = result.Stopped == CellStop.Wedged;
                foreach (var skipped in _message.Skipped(blocks.Count - i - 1, reply.Final is not null))
                {
                    Tell(skipped);
                }

                return null;
            }
        }

        if (WholePart.Notice(_call.Reply!, reply) is { } notice)
        {
            Tell(notice);
        }

        if (reply.Final is { } final)
        {
            return await ResolveAsync(repl, final, reply.Visible, sawOutput, cancellationToken).ConfigureAwait(false);
        }

        if (_call.Reply!.End == ReplyEnd.Complete && _call.Reply.Calls.Count == 0 && FaultText.Of(reply) is { } problem)
        {
            Tell(problem);
        }

        return null;
    }

    private async ValueTask<CellResult> RunCellAsync(IReplEnvironment repl, string code, CancellationToken cancellationToken)
    {
        var turn = _turn!;
        var number = turn.CellCount + 1;
        _feed?.Write(new RlmEvent.CellStarted(turn.Number, number, code));
        var result = await repl.ExecuteAsync(new Cell(code), cancellationToken).ConfigureAwait(false);
        turn.Add(new RlmCell(code, result, _subCalls.TakeRecords()));
        _times.Cells += result.Elapsed - result.SubCallTime;
        _times.Model += result.SubCallTime;
        _variables = result.Variables;
        _limits.AddCell(result);
        _feed?.Write(new RlmEvent.CellEnded(turn.Number, number, result));
        if (result.Stopped == CellStop.Cancelled && (result.FinalAnswer is null || _scope.Deadline is not { HasPassed: true }))
        {
            _lastText = result.FinalAnswer ?? _lastText;
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result;
    }

    /// <summary>Tells the model something about its reply, and whoever watches the run too.</summary>
    private void Tell(string notice)
    {
        _message.AddNotice(notice);
        if (_turn is { } turn)
        {
            _feed?.Write(new RlmEvent.Noticed(turn.Number, notice));
        }
    }

    private void CloseTurn()
    {
        if (_turn is { } turn)
        {
            var closed = turn.Close(_scope.Clock);
            _turns.Add(closed);
            _turn = null;
            _feed?.Write(new RlmEvent.TurnEnded(closed));
        }
    }

    private static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : first + "\n\n" + second;
}
