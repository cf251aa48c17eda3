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

    /// <summary>Names a model after its id, its provider or its role, whichever is known first.</summary>
    public static ModelRoute For(IChatClient client, ChatOptions? options, string role)
    {
        var metadata = client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata;
        return new ModelRoute(options?.ModelId ?? metadata?.DefaultModelId ?? metadata?.ProviderName ?? role, client, options);
    }
}
