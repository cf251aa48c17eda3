using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>One run: the loop of root call, cells and REPL output. Used once.</summary>
internal sealed class RlmRun
{
    private readonly RunScope _scope;
    private readonly RunFeed? _feed;
    private readonly string? _parentId;
    private readonly RlmContext _context;
    private readonly string _question;
    private readonly int _depth;
    private readonly ModelRoute _root;
    private readonly UsageLedger _ledger;
    private readonly SubCalls _subCalls;
    private readonly RunClock _times;
    private readonly TurnMessage _message;
    private readonly List<ChatMessage> _messages = new(8);
    private readonly List<RlmTurn> _turns = new(4);
    private TurnInProgress? _turn;
    private IReadOnlyList<ReplVariable> _variables = [];
    private bool _hasContext;
    private bool _hasSeenOutput;
    private bool _refusedFinal;
    private bool _replLost;
    private int _turnsTaken;
    private int _sent;
    private string _lastText = "";

    public RlmRun(RunScope scope, RlmContext context, string question)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, parent: null, parentId: null)
    {
    }

    /// <summary>Makes a child.</summary>
    public RlmRun(RunScope scope, RlmContext context, string question, int depth, ModelRoute root, UsageLedger? parent, string? parentId)
    {
        Id = RunId.New(scope.Clock);
        _feed = scope.Feed?.Of(Id, depth);
        _parentId = parentId;
        _scope = scope;
        _context = context;
        _question = question;
        _depth = depth;
        _root = root;
        _ledger = new UsageLedger(parent);
        _subCalls = new SubCalls(scope, _ledger, depth, Id);
        _times = new RunClock(scope.Clock);
        _message = new TurnMessage(scope.Options);
    }

    /// <summary>Names the run.</summary>
    public string Id { get; }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, _scope.Options.MaxTurns) { Context = _context, ParentRunId = _parentId });
        try
        {
            var result = await RunToEndAsync(cancellationToken).ConfigureAwait(false);
            _feed?.Write(new RlmEvent.RunEnded(result));
            return result;
        }
        catch (Exception cause)
        {
            var partial = (cause as RlmCanceledException)?.Partial ?? (cause as RlmModelException)?.Partial ?? Result(StopReason.Failed, _lastText);
            _feed?.Write(new RlmEvent.RunEnded(partial) { Failure = cause });
            throw;
        }
    }

    private async Task<RlmResult> RunToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var repl = await OpenAsync(cancellationToken).ConfigureAwait(false);
            RunOutcome outcome;
            await using (repl.ConfigureAwait(false))
            {
                outcome = await LoopAsync(repl, cancellationToken).ConfigureAwait(false);
            }

            return Result(outcome.Reason, outcome.Text);
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RlmCanceledException(cause, Result(StopReason.Cancelled, _lastText), cancellationToken);
        }
    }

    private async ValueTask<IReplEnvironment> OpenAsync(CancellationToken cancellationToken)
    {
        var started = _scope.Clock.GetTimestamp();
        var options = new ReplSessionOptions
        {
            Context = _context,
            SubCalls = _subCalls,
            Limits = _scope.Options.ReplLimits,
            Profile = _scope.Options.SandboxProfile,
            Output = _feed is { IsStreamed: true } ? Hear : null,
        };
        var repl = await ReplOpener.OpenAsync(_scope.Options, options, cancellationToken).ConfigureAwait(false);
        _times.ContextLoad = _scope.Clock.GetElapsedTime(started);
        _feed?.Write(new RlmEvent.ContextLoaded(repl.Context, _times.ContextLoad));
        return repl;
    }

    private void Hear(ReplOutput output)
    {
        if (_turn is { } turn)
        {
            _feed?.Write(new RlmEvent.CellOutput(turn.Number, turn.CellCount + 1, output));
        }
    }

    private async ValueTask<RunOutcome> LoopAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        var description = ContextDescription.Of(repl.Context);
        _hasContext = !description.IsEmpty;
        _messages.Add(new ChatMessage(ChatRole.System, _scope.Setup.SystemPrompt));
        _messages.Add(new ChatMessage(ChatRole.User, TaskPrompt.Render(_question, description, _scope.Options.MaxTurns)));
        for (var turn = 1; ; turn++)
        {
            var reply = await AskAsync(turn, cancellationToken).ConfigureAwait(false);
            _turnsTaken = turn;
            var answer = await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false);
            CloseTurn();
            if (answer is not null)
            {
                return new RunOutcome(StopReason.FinalAnswer, answer);
            }

            if (_replLost || turn == _scope.Options.MaxTurns)
            {
                var reason = _replLost ? StopReason.ReplLost : StopReason.Turns;
                return new RunOutcome(reason, await LastCallAsync(repl, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            _messages.Add(new ChatMessage(ChatRole.User, _message.Finish(turn + 1)));
        }
    }

    private async ValueTask<ParsedReply> AskAsync(int turn, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = _scope.Clock;
        var started = clock.GetTimestamp();
        _turn = new TurnInProgress(turn, _messages.GetRange(_sent, _messages.Count - _sent), clock.GetUtcNow(), started);
        _sent = _messages.Count;
        _feed?.Write(new RlmEvent.TurnStarted(turn, _scope.Options.MaxTurns));
        ModelReply reply;
        try
        {
            reply = _feed is { IsStreamed: true } feed
                ? await RootCall.StreamAsync(_root, _messages, feed, turn, cancellationToken).ConfigureAwait(false)
                : ModelReply.From(await RootCall.AskAsync(_root, _messages, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception cause)
        {
            CountFailure(started);
            if (cause is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn);
            throw new RlmModelException($"The root model '{_root.Name}' failed in turn {turn}: {cause.Message} See Partial for what was known until then.", cause, Result(StopReason.ModelFailed, _lastText));
        }

        var elapsed = clock.GetElapsedTime(started);
        _times.Model += elapsed;
        _ledger.AddCall(_root.Name, reply);
        var parsed = ResponseParser.Parse(reply.Text);
        _turn.Reply = reply.Text;
        _turn.Reasoning = Join(reply.Reasoning, parsed.Reasoning);
        _turn.Tokens = reply.Tokens;
        _turn.ModelTime = elapsed;
        _feed?.Write(new RlmEvent.Replied(turn, reply.Text, reply.Tokens, elapsed));

        // Thinking is not sent back. Some providers reject an empty message, so a reply of nothing else leaves a mark.
        var isEmpty = string.IsNullOrWhiteSpace(parsed.Visible);
        _messages.Add(new ChatMessage(ChatRole.Assistant, isEmpty ? "(empty reply)" : parsed.Visible));
        _lastText = isEmpty ? _lastText : parsed.Visible.Trim();
        return parsed;
    }

    private void CountFailure(long started)
    {
        _times.Model += _scope.Clock.GetElapsedTime(started);
        _ledger.AddCall(_root.Name, reply: null);
    }

    /// <summary>Does what a reply says; the answer, or null with <see cref="_message"/> saying what happened.</summary>
    private async ValueTask<string?> ActAsync(IReplEnvironment repl, ParsedReply reply, CancellationToken cancellationToken)
    {
        _message.Begin();
        var sawOutput = _hasSeenOutput;
        var blocks = reply.Blocks;
        for (var i = 0; i < blocks.Count; i++)
        {
            var result = await RunCellAsync(repl, blocks[i], cancellationToken).ConfigureAwait(false);
            _hasSeenOutput = true;
            if (result.FinalAnswer is { } answer)
            {
                return answer;
            }

            _message.AddCell(i + 1, blocks.Count, result);
            if (result.Error is not null || result.Stopped != CellStop.None)
            {
                _replLost = result.Stopped == CellStop.Wedged;
                _message.AddSkipped(blocks.Count - i - 1, reply.Final is not null);
                return null;
            }
        }

        if (reply.Final is { } final)
        {
            return await ResolveAsync(repl, final, sawOutput, cancellationToken).ConfigureAwait(false);
        }

        if (blocks.Count == 0)
        {
            _message.AddNotice(string.IsNullOrWhiteSpace(reply.Visible) ? PromptText.EmptyReply : PromptText.NoCode);
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
        _feed?.Write(new RlmEvent.CellEnded(turn.Number, number, result));
        if (result.Stopped == CellStop.Cancelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return result;
    }

    private async ValueTask<string?> ResolveAsync(IReplEnvironment repl, ProseFinal final, bool sawOutput, CancellationToken cancellationToken)
    {
        if (!final.IsLiteral || final.IsVariable)
        {
            if (PythonName.IsIdentifier(final.Argument))
            {
                var rendered = await repl.RenderVariableAsync(final.Argument, cancellationToken).ConfigureAwait(false);
                if (rendered is not null)
                {
                    return final.Argument == DraftAnswer.VariableName && DraftAnswer.Read(rendered, out var isDraft) is var draft && isDraft ? draft ?? "" : rendered;
                }

                if (final.IsVariable)
                {
                    _message.AddUnknownVariable(final.Argument, _variables);
                    return null;
                }
            }
            else if (final.IsVariable || IsExpression(final.Argument))
            {
                return await EvaluateAsync(repl, final, sawOutput, cancellationToken).ConfigureAwait(false);
            }
        }

        return AcceptText(final.Argument, sawOutput);
    }

    private async ValueTask<string?> EvaluateAsync(IReplEnvironment repl, ProseFinal final, bool sawOutput, CancellationToken cancellationToken)
    {
        if (AcceptText(final.Argument, sawOutput) is null)
        {
            return null;
        }

        var result = await RunCellAsync(repl, "FINAL(" + final.Argument + "\n)", cancellationToken).ConfigureAwait(false);
        if (result.FinalAnswer is null)
        {
            _message.AddNotice(PromptText.FinalNotEvaluated);
            _message.AddCell(1, 1, result);
            _replLost = result.Stopped == CellStop.Wedged;
        }

        return result.FinalAnswer;
    }

    // A model that answers before it has seen a single output is guessing: it is sent back once.
    private string? AcceptText(string text, bool sawOutput)
    {
        if (!_hasContext || sawOutput || _refusedFinal)
        {
            return text;
        }

        _refusedFinal = true;
        _message.AddNotice(PromptText.RefusedFinal);
        return null;
    }

    private async ValueTask<string> LastCallAsync(IReplEnvironment repl, int turn, CancellationToken cancellationToken)
    {
        _messages.Add(new ChatMessage(ChatRole.User, _message.FinishLast(_replLost ? PromptText.ReplLost : PromptText.LastCall)));
        var before = _lastText;
        _lastText = "";
        var reply = await AskAsync(turn, cancellationToken).ConfigureAwait(false);
        _refusedFinal = true;
        var said = reply.Final is { IsVariable: false } final ? final.Argument : null;
        var answer = _replLost ? said : await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false) ?? said;
        var isPlainText = _lastText.Length > 0 && reply.Blocks.Count == 0 && reply.Final is null;
        if (answer is null && !isPlainText && !_replLost)
        {
            answer = DraftAnswer.Read(await repl.RenderVariableAsync(DraftAnswer.VariableName, cancellationToken).ConfigureAwait(false), out _);
        }

        CloseTurn();
        return answer ?? (_lastText.Length > 0 ? _lastText : before);
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

    private RlmResult Result(StopReason reason, string text)
    {
        CloseTurn();
        return new RlmResult
        {
            RunId = Id,
            TrajectoryFile = _depth == 0 ? _scope.TrajectoryFile : null,
            Text = text,
            StopReason = reason,
            Usage = _ledger.Snapshot(),
            Turns = _turnsTaken,
            Trajectory = _turns,
            Times = _times.Read(),
        };
    }

    // "x + 1" or "Paris, France" is text; what indexes, calls or formats is meant to be computed.
    private static bool IsExpression(string argument) =>
        argument.AsSpan().IndexOfAny("([\"'") >= 0 && PythonShape.Matches("_ = " + argument);

    private static string Join(string first, string second) =>
        first.Length == 0 ? second : second.Length == 0 ? first : first + "\n\n" + second;
}
