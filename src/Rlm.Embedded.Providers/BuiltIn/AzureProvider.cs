using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// <c>azure/DEPLOYMENT</c>: Azure OpenAI at AZURE_OPENAI_ENDPOINT. Uses its v1 API; with AZURE_OPENAI_API_VERSION (a date) the older
/// address that carries deployment and version.
/// </summary>
internal sealed class AzureProvider : IModelProvider
{
    private const string KeyVariable = "AZURE_OPENAI_API_KEY";
    private const string EndpointVariable = "AZURE_OPENAI_ENDPOINT";
    private const string VersionVariable = "AZURE_OPENAI_API_VERSION";

    public string Name => "azure";

    public string Example => "azure/my-gpt-5-deployment";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } = [KeyVariable, EndpointVariable, VersionVariable];

    public string? Missing(ModelRequest request) =>
        request.FindKey(KeyVariable) is null ? KeyVariable
        : request.Options.BaseUrl is null && request.Variable(EndpointVariable) is null ? EndpointVariable
        : null;

    public IChatClient Create(ModelRequest request)
    {
        string key = request.RequireKey(KeyVariable);
        if (Missing(request) is EndpointVariable)
        {
            throw new RlmConfigurationException(
                $"No address for {request.FullName}. Set {EndpointVariable} to the resource's endpoint (https://NAME.openai.azure.com), or pass a base URL.");
        }

        string resource = request.BaseUrl([EndpointVariable], "").AbsoluteUri.TrimEnd('/');
        var connection = new OpenAIConnection.Details
        {
            Key = key,
            KeyHeader = "api-key",
            KeyVariable = KeyVariable,
            Dialect = ChatCompletionsDialect.OpenAI,
        };
        if (request.Variable(VersionVariable) is { } version && char.IsAsciiDigit(version[0]))
        {
            return OpenAIConnection.Create(
                request,
                new Uri($"{resource}/openai/deployments/{Uri.EscapeDataString(request.Model)}"),
                connection with { Query = $"api-version={Uri.EscapeDataString(version)}" });
        }

        bool whole = resource.EndsWith("/openai/v1", StringComparison.Ordinal);
        return OpenAIConnection.Create(request, new Uri(whole ? resource : $"{resource}/openai/v1"), connection);
    }
}
