using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers.Tests;

internal static class Clients
{
    public const string Key = "planted-key-5f2c9d81e7";

    /// <summary>The built-in catalogue with made-up environment variables.</summary>
    public static ModelCatalog Catalog(params (string Name, string Value)[] environment) => new(
        BuiltInProviders.All,
        name => environment.FirstOrDefault(e => e.Name == name).Value);

    /// <summary>A client of a loopback server that never retries.</summary>
    public static IChatClient Of(LoopbackServer server, TimeSpan? timeout = null, string model = "openai/test-model") => Of(server.BaseUrl, timeout, model);

    public static IChatClient Of(string baseUrl, TimeSpan? timeout = null, string model = "openai/test-model", ModelApi api = default) =>
        Catalog().Create(model, new ModelOptions
        {
            BaseUrl = baseUrl,
            ApiKey = Key,
            Api = api,
            MaxRetries = 0,
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
        });

    public static async Task<ChatResponse> StreamedAsync(IChatClient client, string prompt = "hi", CancellationToken cancellationToken = default) =>
        await client.GetStreamingResponseAsync(prompt, cancellationToken: cancellationToken).ToChatResponseAsync(cancellationToken);
}
