using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// The options of a call that a client does not send on, because its API has no place for them. A client says so through
/// <see cref="IChatClient.GetService"/>; a run whose options have one of them logs a warning. Immutable and thread-safe.
/// </summary>
/// <param name="names">Their names, of <see cref="ChatOptions"/>: <c>Temperature</c>, <c>TopP</c>, <c>TopK</c>, <c>FrequencyPenalty</c>,
/// <c>PresencePenalty</c>, <c>Seed</c>, <c>StopSequences</c> or <c>MaxOutputTokens</c>.</param>
public sealed class IgnoredOptions(params IReadOnlyList<string> names)
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names { get; } = [.. names];

    /// <summary>Those that options have set.</summary>
    /// <param name="options">The options of a call.</param>
    public IEnumerable<string> In(ChatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Names.Where(name => name switch
        {
            nameof(ChatOptions.Temperature) => options.Temperature is not null,
            nameof(ChatOptions.TopP) => options.TopP is not null,
            nameof(ChatOptions.TopK) => options.TopK is not null,
            nameof(ChatOptions.FrequencyPenalty) => options.FrequencyPenalty is not null,
            nameof(ChatOptions.PresencePenalty) => options.PresencePenalty is not null,
            nameof(ChatOptions.Seed) => options.Seed is not null,
            nameof(ChatOptions.StopSequences) => options.StopSequences is { Count: > 0 },
            nameof(ChatOptions.MaxOutputTokens) => options.MaxOutputTokens is not null,
            _ => false,
        });
    }
}
