using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary><c>anthropic/MODEL</c>: Anthropic through its official SDK.</summary>
internal sealed class AnthropicProvider : IModelProvider
{
    /// <summary>The API wants a bound on every answer; this one serves where the caller sets none.</summary>
    private const int DefaultMaxTokens = 8192;

    private const string KeyVariable = "ANTHROPIC_API_KEY";
    private const string UrlVariable = "ANTHROPIC_BASE_URL";

    public string Name => "anthropic";

    public string Example => "anthropic/claude-sonnet-4-5";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } = [KeyVariable, UrlVariable];

    public string? Missing(ModelRequest request) => request.FindKey(KeyVariable) is null ? KeyVariable : null;

    public IChatClient Create(ModelRequest request)
    {
        ModelOptions options = request.Options;
        string key = request.RequireKey(KeyVariable);
        Uri baseUrl = request.BaseUrl([UrlVariable], "https://api.anthropic.com");
        var endpoint = new ModelEndpoint(request.FullName, baseUrl, options.Timeout, Secrets.Of(key, options.Headers), KeyVariable);
        var clientOptions = new ClientOptions
        {
            ApiKey = key,
            AuthToken = null,
            BaseUrl = baseUrl.AbsoluteUri.TrimEnd('/'),
            Timeout = options.Timeout,
            MaxRetries = 0,
            Handlers = [new ModelCallHandler(endpoint, options.BodyFields), new AnthropicBodyHandler(endpoint, options.Timeout)],
            ExtraHeaders = options.Headers,
        };
        var client = new AnthropicClient(options.HttpClient is { } http ? clientOptions with { HttpClient = http } : clientOptions);
        return new GuardedChatClient(client.AsIChatClient(request.Model, DefaultMaxTokens), endpoint, client, new UnsentChatOptions(
            nameof(ChatOptions.Temperature), nameof(ChatOptions.TopP), nameof(ChatOptions.TopK), nameof(ChatOptions.Seed), nameof(ChatOptions.FrequencyPenalty), nameof(ChatOptions.PresencePenalty)));
    }
}
