#pragma warning disable OPENAI001 // The constructor that takes an authentication policy is marked experimental; it is the only way to send no key.
using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Rlm.Embedded.Providers;

/// <summary>Makes clients of the official OpenAI SDK for any server that speaks its API.</summary>
internal static class OpenAIConnection
{
    public static IChatClient Create(ModelRequest request, Uri baseUrl, Details details)
    {
        ModelOptions options = request.Options;
        var endpoint = new ModelEndpoint(
            details.Name ?? request.FullName,
            baseUrl,
            options.Timeout,
            Secrets.Of(details.Key, details.Headers.Concat(options.Headers)),
            details.KeyVariable,
            request.Model,
            details.Key is null && !details.Headers.ContainsKey("Authorization") && !options.Headers.ContainsKey("Authorization"));
        List<KeyValuePair<string, object?>> body = [.. options.BodyFields, .. details.Body];
        if (options.Api == ModelApi.Responses)
        {
            var responses = new ResponsesClient(Authentication(details), Configure(new ResponsesClientOptions { Endpoint = baseUrl }, options, details));
            return new OpenAIResponsesClient(responses, request.Model, endpoint, request.Provider, body);
        }

        var client = new ChatClient(request.Model, Authentication(details), Configure(new OpenAIClientOptions { Endpoint = baseUrl }, options, details));
        return new OpenAIChatCompletionsClient(client, endpoint, request.Provider, details.Dialect, body);
    }

    private static AuthenticationPolicy Authentication(Details details)
    {
        if (details.Key is null)
        {
            return new NoAuthenticationPolicy();
        }

        var key = new ApiKeyCredential(details.Key);
        return details.KeyHeader is { } header
            ? ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(key, header)
            : ApiKeyAuthenticationPolicy.CreateBearerAuthorizationPolicy(key);
    }

    private static T Configure<T>(T clientOptions, ModelOptions options, Details details)
        where T : ClientPipelineOptions
    {
        clientOptions.NetworkTimeout = options.Timeout;

        // RetryChatClient repeats calls, for all providers alike.
        clientOptions.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        clientOptions.Transport = options.HttpClient is { } http ? RawStreamHandler.Over(new HttpClientHandlerAdapter(http)) : RawStreamHandler.Default;

        if (details.Query is { } query)
        {
            clientOptions.AddPolicy(new QueryPolicy(query), PipelinePosition.PerCall);
        }

        if (details.Headers.Count + options.Headers.Count > 0)
        {
            clientOptions.AddPolicy(new HeadersPolicy([.. details.Headers, .. options.Headers]), PipelinePosition.BeforeTransport);
        }

        return clientOptions;
    }

    /// <summary>What sets one service apart from another.</summary>
    internal sealed record Details
    {
        /// <summary>How messages name the model; null for provider and model.</summary>
        public string? Name { get; init; }

        public string? Key { get; init; }

        /// <summary>The header that carries the key; null for <c>Authorization: Bearer</c>.</summary>
        public string? KeyHeader { get; init; }

        /// <summary>The variable the key belongs in, for messages.</summary>
        public string? KeyVariable { get; init; }

        /// <summary>A query to add to every address.</summary>
        public string? Query { get; init; }

        public ChatCompletionsDialect Dialect { get; init; } = ChatCompletionsDialect.Compatible;

        public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        public IReadOnlyDictionary<string, object?> Body { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);
    }
}
