using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>What a <see cref="ScriptedChatClient"/> answers. A string converts to one.</summary>
public sealed record ScriptedReply
{
    /// <summary>The text; null for a reply without content.</summary>
    public string? Text { get; init; }

    /// <summary>A reasoning part in front of the text, or null.</summary>
    public string? Reasoning { get; init; }

    /// <summary>What the reply claims to have cost, or null.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>Why the reply ended, or null.</summary>
    public ChatFinishReason? FinishReason { get; init; }

    /// <summary>Contents behind the text: a refusal (<see cref="ErrorContent"/>), calls of tools.</summary>
    public IReadOnlyList<AIContent> Contents { get; init; } = [];

    /// <summary>The pieces that streaming gives; joined they should be <see cref="Text"/>. Default: one piece per word.</summary>
    public IReadOnlyList<string>? Deltas { get; init; }

    /// <summary>How long the reply takes, by the client's clock.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Thrown instead of a reply, after the delay; in streaming, after the pieces.</summary>
    public Exception? Failure { get; init; }

    /// <summary>A reply that is a text.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator ScriptedReply(string? text) => FromString(text);

    /// <summary>A reply that is a text.</summary>
    /// <param name="text">The text.</param>
    public static ScriptedReply FromString(string? text) => new() { Text = text };
}
