using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Decides after each turn whether a limit ends the run.</summary>
internal sealed class RunLimits(RlmOptions options, UsageLedger ledger, ModelRole role)
{
    private int _errors;
    private bool _wasRefused;

    /// <summary>Failed cells in a row.</summary>
    public int Errors => _errors;

    /// <summary>The turns are used up: by replies that were cut off, when those were most of them.</summary>
    public LimitReached TurnsUsedUp(IReadOnlyList<RlmTurn> turns)
    {
        var used = LimitReached.OfCount(StopReason.Turns, options.MaxTurns, "turn", nameof(RlmOptions.MaxTurns));
        var cut = turns.Count(turn => turn.ReplyEnd == ReplyEnd.Cut);
        return cut * 2 <= turns.Count ? used : used with
        {
            Cause = $"{LimitedAmount.Count(cut)} of the {LimitedAmount.Count(turns.Count)} replies met the limit of output tokens and broke off. Allow longer ones with {nameof(RlmOptions)}.{nameof(RlmOptions.RootChatOptions)}.{nameof(ChatOptions.MaxOutputTokens)}.",
        };
    }

    public void AddCell(CellResult result) => _errors = result.Error is null && result.Stopped == CellStop.None ? 0 : _errors + 1;

    /// <summary>The limit that ends the run, or null.</summary>
    /// <param name="call">The turn's call.</param>
    /// <param name="refused">Why a sub-call of the turn was refused, or null.</param>
    /// <param name="warning">What the model is to be told when the run goes on, or null.</param>
    public LimitReached? AfterTurn(CallOutcome call, LimitReached? refused, out LimitReached? warning)
    {
        warning = null;
        if (_errors >= options.MaxConsecutiveErrors)
        {
            return new LimitReached(
                StopReason.CellErrors, $"the limit of {LimitedAmount.Count(_errors)} failed cell{(_errors == 1 ? "" : "s")} in a row is reached", nameof(RlmOptions.MaxConsecutiveErrors));
        }

        if (ledger.Overrun(role, call) is { } overrun)
        {
            return overrun;
        }

        if (refused is { AdmitsLess: true })
        {
            warning = refused;
            return null;
        }

        if (refused is null || _wasRefused)
        {
            // Told once, code that goes on asking shows that the model has no other idea.
            return refused;
        }

        _wasRefused = true;
        warning = refused with { Advice = "Make no more sub-calls, the run would end; answer from what you have." };
        return null;
    }
}
