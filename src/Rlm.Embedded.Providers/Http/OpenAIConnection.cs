#pragma warning disable OPENAI001 // The constructor that takes an authentication policy is marked experimental; it is the only way to send no key.
using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace Rlm.Embedded.Providers;

/// <summary>Makes clients of the official OpenAI SDK for any server that speaks its API.</summary>
internal static class OpenAIConnection
{
    public static IChatClient ChatCompletions(
        ModelRequest request, Uri baseUrl, string? key, ChatCompletionsDialect dialect, string keyVariable = "OPENAI_API_KEY")
    {
        ModelOptions options = request.Options;
        var client = new ChatClient(request.Model, Authentication(key), ClientOptions(options, baseUrl));
        var endpoint = new ModelEndpoint(request.FullName, baseUrl, options.Timeout, key, keyVariable);
        return new OpenAIChatCompletionsClient(client, endpoint, request.Provider, dialect, options.BodyFields);
    }

    private static AuthenticationPolicy Authentication(string? key) => key is null
        ? new NoAuthenticationPolicy()
        : ApiKeyAuthenticationPolicy.CreateBearerAuthorizationPolicy(new ApiKeyCredential(key));

    private static OpenAIClientOptions ClientOptions(ModelOptions options, Uri baseUrl)
    {
        var clientOptions = new OpenAIClientOptions
        {
            Endpoint = baseUrl,
            NetworkTimeout = options.Timeout,
            RetryPolicy = new ClientRetryPolicy(options.MaxRetries),
        };
        if (options.HttpClient is { } http)
        {
            clientOptions.Transport = new HttpClientPipelineTransport(http);
        }

        if (options.Headers.Count > 0)
        {
            clientOptions.AddPolicy(new HeadersPolicy(options.Headers), PipelinePosition.BeforeTransport);
        }

        return clientOptions;
    }
}
