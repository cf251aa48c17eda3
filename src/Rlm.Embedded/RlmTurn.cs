using Microsoft.Extensions.AI;

namespace Rlm.Embedded;

/// <summary>One call to the root model and what its reply made happen.</summary>
public sealed record RlmTurn
{
    /// <summary>From 1. A last call after the turns ran out has the number after the last turn's.</summary>
    public required int Number { get; init; }

    /// <summary>
    /// The messages added since the previous turn's call. The messages of all turns in order, from the last one with a
    /// <see cref="Compaction"/> on, are what this call was sent.
    /// </summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The summary that took the place of all messages before this turn, or null; then <see cref="Messages"/> begins with the system prompt again.</summary>
    public RlmCompaction? Compaction { get; init; }

    /// <summary>The reply's text as the model gave it, thinking included; empty when it gave none.</summary>
    public required string Reply { get; init; }

    /// <summary>How the reply ended. Of one that is not <see cref="ReplyEnd.Complete"/>, the block and the <c>FINAL</c> that it broke off in are not taken.</summary>
    public ReplyEnd ReplyEnd { get; init; }

    /// <summary>The reply's thinking: provider reasoning parts, then what stood in think tags. Empty when there was none.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>The cells that ran, in order.</summary>
    public IReadOnlyList<RlmCell> Cells { get; init; } = [];

    /// <summary>Tokens of the root call, or null where the provider reported none.</summary>
    public TokenUsage? Tokens { get; init; }

    /// <summary>When the turn began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Wall time of the root call.</summary>
    public TimeSpan ModelTime { get; init; }

    /// <summary>Wall time of the turn.</summary>
    public TimeSpan Elapsed { get; init; }
}
