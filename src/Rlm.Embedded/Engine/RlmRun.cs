using System.Text;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>One run: the loop of root call, cells and REPL output. Used once.</summary>
internal sealed partial class RlmRun
{
    private static readonly TimeSpan DraftGrace = TimeSpan.FromSeconds(1);
    private readonly RunScope _scope;
    private readonly RunFeed? _feed;
    private readonly string? _parentId;
    private readonly RlmContext? _context;
    private readonly SessionRepl? _session;
    private readonly string _question;
    private readonly int _depth;
    private readonly ModelRoute _root;
    private readonly ModelRole _role;
    private readonly UsageLedger _ledger;
    private readonly RunLimits _limits;
    private readonly SubCalls _subCalls;
    private readonly RunClock _times;
    private readonly TurnMessage _message;
    private readonly List<ChatMessage> _messages = new(8);
    private readonly List<RlmTurn> _turns = new(4);
    private readonly AnswerForm? _form;
    private readonly StringBuilder _unseen = new();
    private TurnInProgress? _turn;
    private CallOutcome _call;
    private IReadOnlyList<ReplVariable> _variables = [];
    private bool _hasContext;
    private bool _hasSeenOutput;
    private bool _refusedFinal;
    private bool _replLost;
    private bool _refusedUnmeant;
    private bool _askedToLook;
    private bool _askedWhetherQuoted;
    private bool _isLastCall;
    private bool _isRefused;
    private int _refusals;
    private string? _notEvaluated;
    private int _sent;
    private int _mismatches;
    private string _lastText = "";

    public RlmRun(RunScope scope, RlmContext context, string question, AnswerForm? form = null)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, new UsageLedger(scope.Options), form)
    {
    }

    /// <summary>Makes a run in a session.</summary>
    public RlmRun(RunScope scope, SessionRepl session, RlmContext? context, string question)
        : this(scope, context, question, depth: 0, scope.Setup.Models.Root, new UsageLedger(scope.Options))
    {
        _session = session;
        _variables = session.Variables;
    }

    /// <summary>Makes a child.</summary>
    public RlmRun(RunScope scope, RlmContext? context, string question, int depth, ModelRoute root, UsageLedger ledger, AnswerForm? form = null, string? parentId = null)
    {
        Id = RunId.New(scope.Clock);
        _feed = scope.Feed?.Of(Id, depth);
        _parentId = parentId;
        _scope = scope;
        _context = context;
        _question = question;
        _depth = depth;
        _root = root;
        _form = form;
        _role = depth == 0 ? ModelRole.Root : ModelRole.Sub;
        _ledger = ledger;
        _limits = new RunLimits(scope.Options, ledger, _role);
        _subCalls = new SubCalls(scope, _ledger, depth, Id);
        _times = new RunClock(scope.Clock);
        _message = new TurnMessage(scope.Options);
        var full = scope.Options.CompactionThreshold;
        _gauge = new ContextGauge(full is null ? null : root.Window ?? (depth == 0 ? null : scope.Options.SubContextWindow) ?? scope.Options.ContextWindow, full ?? 1);
    }

    /// <summary>Names the run.</summary>
    public string Id { get; }

    public async Task<RlmResult> RunAsync(CancellationToken cancellationToken)
    {
        _feed?.Write(new RlmEvent.RunStarted(_question, _root.Name, _scope.Options.MaxTurns) { Context = _context ?? RlmContext.FromText(""), ParentRunId = _parentId });
        try
        {
            var result = await RunToEndAsync(cancellationToken).ConfigureAwait(false);
            _feed?.Write(new RlmEvent.RunEnded(result));
            return result;
        }
        catch (Exception cause)
        {
            var known = RlmException.ResultOf(cause) ?? Result(new RunOutcome(StopReason.Failed, _lastText));
            _feed?.Write(new RlmEvent.RunEnded(known) { Failure = cause });
            throw;
        }
    }

    private async Task<RlmResult> RunToEndAsync(CancellationToken cancellationToken)
    {
        using var deadline = _depth == 0 ? _scope.StartClock(cancellationToken) : null;
        RunOutcome outcome;
        try
        {
            outcome = await OutcomeAsync(deadline?.Token ?? cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RlmCanceledException(cause, Result(new RunOutcome(StopReason.Cancelled, _lastText)), cancellationToken);
        }
        catch (OperationCanceledException) when (deadline is { HasPassed: true })
        {
            outcome = new RunOutcome(deadline.Reached, _lastText); // there was no session yet
        }

        var result = Result(outcome);
        return outcome.LimitNote is not null && _depth == 0 && _scope.Options.ThrowOnLimit ? throw new RlmLimitException(result) : result;
    }

    private async ValueTask<RunOutcome> OutcomeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_ledger.Refusal(_role) is { } refused)
        {
            return new RunOutcome(refused, "");
        }

        var repl = await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var outcome = await LoopAsync(repl, cancellationToken).ConfigureAwait(false);
            _answer = outcome.Text;
            return outcome;
        }
        catch (OperationCanceledException) when (_depth == 0 && _scope.Deadline is { HasPassed: true })
        {
            using var grace = new CancellationTokenSource(DraftGrace, _scope.Clock);
            _answer = await DraftAsync(repl, grace.Token).ConfigureAwait(false) ?? _lastText;
            return new RunOutcome(_scope.Deadline.Reached, _answer);
        }
        finally
        {
            await _subCalls.EndedAsync().ConfigureAwait(false);
            await LeaveAsync(repl).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReplEnvironment> OpenAsync(CancellationToken cancellationToken)
    {
        var started = _scope.Clock.GetTimestamp();
        IReplEnvironment repl;
        if (_session is not null)
        {
            repl = _session.Repl;
            await _session.BeginAsync(_context, _subCalls, Listener, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            repl = await ReplOpener.OpenAsync(_scope.Options, ReplOpener.Session(_scope.Setup, _context, _subCalls, Listener, _depth), cancellationToken).ConfigureAwait(false);
        }

        _times.ContextLoad = _scope.Clock.GetElapsedTime(started);
        _feed?.Write(new RlmEvent.ContextLoaded(_session?.Newest ?? repl.Context, _times.ContextLoad) { Environment = repl.Description });
        return repl;
    }

    private Action<ReplOutput>? Listener => _feed is { IsStreamed: true } ? Hear : null;

    private void Hear(ReplOutput output)
    {
        if (_turn is { } turn)
        {
            _feed?.Write(new RlmEvent.CellOutput(turn.Number, turn.CellCount + 1, output));
        }
    }

    private async ValueTask<RunOutcome> LoopAsync(IReplEnvironment repl, CancellationToken cancellationToken)
    {
        var description = _session?.Describe() ?? ContextDescription.Of(repl.Context);
        _hasContext = !description.IsEmpty;
        _messages.Add(new ChatMessage(ChatRole.System, _scope.Setup.SystemPromptAt(_depth)));
        _messages.Add(new ChatMessage(ChatRole.User, TaskPrompt.Render(_form is null ? _question : $"{_question}\n\n{_form.Instruction}", description, _scope.Options.MaxTurns, BudgetLeft(isFirst: true))));
        for (var turn = 1; ; turn++)
        {
            if (await AskAsync(turn, cancellationToken).ConfigureAwait(false) is not { } reply)
            {
                return new RunOutcome(_call.Refused!, await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? _lastText);
            }

            var given = await ActAsync(repl, reply, cancellationToken).ConfigureAwait(false);
            if (_isRefused)
            {
                CloseTurn();
                return new RunOutcome(StopReason.Refused, given!);
            }

            var answer = TakeFitting(given);
            CloseTurn();
            if (answer is not null)
            {
                return new RunOutcome(_mismatches > _scope.Options.SchemaRetries ? StopReason.UnfitAnswer : StopReason.FinalAnswer, answer);
            }

            if (_replLost)
            {
                return new RunOutcome(StopReason.ReplLost, await LastCallAsync(repl, PromptText.ReplLost, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (turn == _scope.Options.MaxTurns)
            {
                return new RunOutcome(_limits.TurnsUsedUp(_turns), await LastCallAsync(repl, PromptText.LastCall, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (_limits.AfterTurn(_call, _subCalls.TakeRefusal(), out var warning) is { } reached)
            {
                var request = PromptTemplate.Render(PromptText.LimitCall, ("limit", reached.What));
                return new RunOutcome(
                    reached,
                    await DraftAsync(repl, cancellationToken).ConfigureAwait(false) ?? await LastCallAsync(repl, request, turn + 1, cancellationToken).ConfigureAwait(false));
            }

            if (warning is not null)
            {
                _message.AddRefusal(warning);
            }

            _messages.Add(new ChatMessage(ChatRole.User, _message.Finish(turn + 1, BudgetLeft())));
            await CompactAsync(repl, turn + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    private string BudgetLeft(bool isFirst = false) => BudgetNote.Of(_scope.Options, _role, _ledger.Left(), _scope.Deadline?.Left, _limits.Errors, isFirst);

    private RlmResult Result(RunOutcome outcome)
    {
        CloseTurn();
        return new RlmResult
        {
            RunId = Id,
            TrajectoryFile = _depth == 0 ? _scope.TrajectoryFile : null,
            Text = outcome.Text,
            StopReason = outcome.Reason,
            LimitNote = outcome.LimitNote,
            Variables = _variables,
            Usage = _ledger.Snapshot(),
            Turns = _turns.Count,
            Trajectory = _turns,
            Times = _times.Read(),
        };
    }
}
