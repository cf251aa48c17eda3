using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// <c>bedrock/MODEL</c>: with an API key the OpenAI-compatible endpoint of Amazon Bedrock, with AWS credentials its Converse API.
/// </summary>
internal sealed class BedrockProvider : IModelProvider
{
    private const string KeyVariable = "AWS_BEARER_TOKEN_BEDROCK";
    private const string UrlVariable = "AWS_ENDPOINT_URL_BEDROCK_RUNTIME";

    public string Name => "bedrock";

    public string Example => "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } =
    [
        KeyVariable, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", UrlVariable,
    ];

    public string? Missing(ModelRequest request) =>
        request.FindKey(KeyVariable) is null && !AwsIdentity.Exists(request) ? $"{KeyVariable}, or {AwsIdentity.Wanted}"
        : Region(request) is null ? "AWS_REGION"
        : null;

    public IChatClient Create(ModelRequest request)
    {
        if (Missing(request) is { } missing)
        {
            throw new RlmConfigurationException($"{request.FullName} cannot be reached yet. Set {missing}.");
        }

        string region = Region(request)!;
        Uri baseUrl = request.BaseUrl([UrlVariable], $"https://bedrock-runtime.{region}.amazonaws.com");
        if (request.FindKey(KeyVariable) is { } key)
        {
            return OpenAIConnection.Create(
                request,
                new Uri($"{baseUrl.AbsoluteUri.TrimEnd('/')}/openai/v1"),
                new OpenAIConnection.Details { Key = key, KeyVariable = KeyVariable, Dialect = ChatCompletionsDialect.OpenAI });
        }

        ModelOptions options = request.Options;
        var endpoint = new ModelEndpoint(request.FullName, baseUrl, options.Timeout, Secrets.Of(key: null, options.Headers), "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        var http = new HttpClient(new ModelCallHandler(endpoint, options.BodyFields)
        {
            InnerHandler = new AwsSigningHandler(new AwsIdentity(request), region, "bedrock", TimeProvider.System)
            {
                InnerHandler = options.HttpClient is { } given ? new HttpClientHandlerAdapter(given) : new SocketsHttpHandler { AllowAutoRedirect = false },
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach ((string name, string value) in options.Headers)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        return new GuardedChatClient(new BedrockConverseClient(http, request.Model, endpoint, options.Timeout), endpoint);
    }

    private static string? Region(ModelRequest request) => request.Variable("AWS_REGION") ?? request.Variable("AWS_DEFAULT_REGION");
}
