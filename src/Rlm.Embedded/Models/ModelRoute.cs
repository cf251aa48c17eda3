using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>A model with the name it is accounted under and the options its calls get.</summary>
/// <param name="Name">The name.</param>
/// <param name="Client">The model.</param>
/// <param name="Options">Options of each call, or null.</param>
internal sealed record ModelRoute(string Name, IChatClient Client, ChatOptions? Options)
{
    /// <summary>The model, its calls observed.</summary>
    public IChatClient Client { get; } = TelemetryChatClient.Observe(Client);

    /// <summary>What it costs where the provider does not say, or null when nobody knows.</summary>
    public ModelPrice? Price { get; init; }

    /// <summary>Tokens it takes in, or null when nobody knows.</summary>
    public int? Window { get; init; }

    /// <summary>Whether a name is this model's own: its id, also with the provider in front as a catalogue writes it.</summary>
    public bool IsCalled(string name) => IsId(name) || (name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && IsId(name[(slash + 1)..]));

    private bool IsId(string name) => string.Equals(name, Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The model's id as its client knows it, or null.</summary>
    public static string? IdOf(IChatClient client, ChatOptions? options) => options?.ModelId ?? MetadataOf(client)?.DefaultModelId;

    /// <summary>Names a model after its id, its provider or its role, whichever is known first.</summary>
    public static string NameOf(IChatClient client, ChatOptions? options, string role) =>
        IdOf(client, options) ?? MetadataOf(client)?.ProviderName ?? role;

    private static ChatClientMetadata? MetadataOf(IChatClient client) => client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
}
