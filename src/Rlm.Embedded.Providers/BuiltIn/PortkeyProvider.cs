using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// <c>portkey/MODEL</c>: Portkey's gateway, or one's own at PORTKEY_BASE_URL. PORTKEY_PROVIDER, PORTKEY_VIRTUAL_KEY and
/// PORTKEY_CONFIG become the gateway's headers; an own gateway passes PORTKEY_PROVIDER_API_KEY on to the provider.
/// </summary>
internal sealed class PortkeyProvider : IModelProvider
{
    private const string KeyVariable = "PORTKEY_API_KEY";
    private const string UrlVariable = "PORTKEY_BASE_URL";
    private const string ProviderKeyVariable = "PORTKEY_PROVIDER_API_KEY";
    private const string OwnAddress = "https://api.portkey.ai/v1";

    private static readonly (string Variable, string Header)[] Routing =
    [
        ("PORTKEY_PROVIDER", "x-portkey-provider"),
        ("PORTKEY_VIRTUAL_KEY", "x-portkey-virtual-key"),
        ("PORTKEY_CONFIG", "x-portkey-config"),
    ];

    public string Name => "portkey";

    public string Example => "portkey/@openai/gpt-5-mini";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } = [KeyVariable, UrlVariable, .. Routing.Select(r => r.Variable), ProviderKeyVariable];

    public string? Missing(ModelRequest request) => IsOwn(request) && request.FindKey(KeyVariable) is null ? KeyVariable : null;

    public IChatClient Create(ModelRequest request)
    {
        Uri baseUrl = request.BaseUrl([UrlVariable], OwnAddress);
        string? key = IsOwn(request) ? request.RequireKey(KeyVariable) : request.FindKey(KeyVariable);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string variable, string header) in Routing)
        {
            if (request.Variable(variable) is { } value)
            {
                headers[header] = value;
            }
        }

        if (request.Variable(ProviderKeyVariable) is { } providerKey)
        {
            headers["Authorization"] = $"Bearer {providerKey}";
        }

        return OpenAIConnection.Create(request, baseUrl, new OpenAIConnection.Details
        {
            Key = key,
            KeyHeader = "x-portkey-api-key",
            KeyVariable = KeyVariable,
            Headers = headers,
        });
    }

    private static bool IsOwn(ModelRequest request) => string.IsNullOrEmpty(request.Options.BaseUrl) && request.Variable(UrlVariable) is null;
}
