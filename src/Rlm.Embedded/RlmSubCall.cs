using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <summary>A call that a cell made to a model, as it went.</summary>
public sealed record RlmSubCall
{
    /// <summary>What the code asked for.</summary>
    public required SubCall Call { get; init; }

    /// <summary>The name of the model that served, or the name that was asked for when there is no such model.</summary>
    public required string Model { get; init; }

    /// <summary>What the code got: the reply, or a text that begins with <c>Error: </c>.</summary>
    public required string Response { get; init; }

    /// <summary>Why it failed, or null.</summary>
    public string? Error { get; init; }

    /// <summary>Wall time, waiting for a free slot excluded.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Tokens of a plain call, or null where the provider reported none; for a child those of its whole run.</summary>
    public TokenUsage? Tokens { get; init; }

    /// <summary>The child's run, when the call was one.</summary>
    public RlmResult? Child { get; init; }
}
