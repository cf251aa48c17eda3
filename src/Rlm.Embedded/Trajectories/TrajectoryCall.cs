namespace Rlm.Embedded.Trajectories;

/// <summary>A call that a cell made to a model.</summary>
public sealed record TrajectoryCall
{
    /// <summary>The name of the model that served.</summary>
    public required string RootModel { get; init; }

    /// <summary><c>llm</c> or <c>rlm</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it was asked.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the code got.</summary>
    public required string Response { get; init; }

    /// <summary>Tokens, or null where the provider reported none; for a child those of its whole run.</summary>
    public TrajectoryTokens? Tokens { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double ExecutionTime { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The child whose run it was, or null.</summary>
    public string? ChildRunId { get; init; }
}
