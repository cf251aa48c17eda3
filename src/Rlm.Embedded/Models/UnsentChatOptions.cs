using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Which <see cref="ChatOptions"/> a client cannot send, because its API or the SDK beneath it has no place for them: set, they do nothing. A client says so
/// as a service (<see cref="IChatClient.GetService"/>); those of the catalogue of providers do. Thread-safe.
/// </summary>
/// <param name="names">Names of properties of <see cref="ChatOptions"/>: <c>Temperature</c>, <c>TopP</c>, <c>TopK</c>, <c>Seed</c>, <c>FrequencyPenalty</c>, <c>PresencePenalty</c>, <c>StopSequences</c>, <c>MaxOutputTokens</c>.</param>
public sealed class UnsentChatOptions(params IReadOnlyList<string> names)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Names of the properties.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Those of the options that are set and that a client will not send; none where the client does not say.</summary>
    /// <param name="client">The client.</param>
    /// <param name="options">The options of its calls, or null.</param>
    public static IReadOnlyList<string> Of(IChatClient client, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(client);
        return options is not null && client.GetService(typeof(UnsentChatOptions)) is UnsentChatOptions unsent ? [.. unsent.Names.Where(name => IsSet(options, name))] : [];
    }

    /// <summary>The same, each only once for a client, however many runs and models use it.</summary>
    internal static IReadOnlyList<string> Untold(IChatClient client, ChatOptions? options)
    {
        var unsent = Of(client, options);
        if (unsent.Count == 0 || client.GetService(typeof(UnsentChatOptions)) is not UnsentChatOptions own)
        {
            return [];
        }

        lock (own._gate)
        {
            return [.. unsent.Where(own._told.Add)];
        }
    }

    private static bool IsSet(ChatOptions options, string name) => name switch
    {
        nameof(ChatOptions.Temperature) => options.Temperature is not null,
        nameof(ChatOptions.TopP) => options.TopP is not null,
        nameof(ChatOptions.TopK) => options.TopK is not null,
        nameof(ChatOptions.Seed) => options.Seed is not null,
        nameof(ChatOptions.FrequencyPenalty) => options.FrequencyPenalty is not null,
        nameof(ChatOptions.PresencePenalty) => options.PresencePenalty is not null,
        nameof(ChatOptions.StopSequences) => options.StopSequences is { Count: > 0 },
        nameof(ChatOptions.MaxOutputTokens) => options.MaxOutputTokens is not null,
        _ => false,
    };
}
