namespace Rlm.Embedded;

/// <summary>A summary that took the place of a run's messages, because they had come near the model's window (<see cref="RlmOptions.ContextWindow"/>).</summary>
public sealed record RlmCompaction
{
    /// <summary>What the root model wrote.</summary>
    public required string Summary { get; init; }

    /// <summary>The variable in which the REPL has all messages until then.</summary>
    public required string HistoryName { get; init; }

    /// <summary>How many messages it stands for.</summary>
    public required int Messages { get; init; }

    /// <summary>What these messages came to, in tokens: reported by the provider as far as it did, estimated for the rest.</summary>
    public required long TokensBefore { get; init; }

    /// <summary>Tokens of the call that summarised, or null where the provider reported none.</summary>
    public TokenUsage? Tokens { get; init; }

    /// <summary>Wall time of that call.</summary>
    public TimeSpan Elapsed { get; init; }
}
