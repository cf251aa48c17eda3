using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary><c>ollama/MODEL</c>: Ollama's OpenAI-compatible API at OLLAMA_HOST, which may be a bare host and port.</summary>
internal sealed class OllamaProvider : ICompatibleService
{
    private const string KeyVariable = "OLLAMA_API_KEY";
    private const string HostVariable = "OLLAMA_HOST";

    public string Name => "ollama";

    public string Example => "ollama/llama3.2";

    public bool NeedsModel => true;

    public string DefaultUrl => "http://localhost:11434/v1";

    public IReadOnlyList<string> Variables { get; } = [KeyVariable, HostVariable];

    public IChatClient Create(ModelRequest request) => OpenAIConnection.Create(
        request,
        Address(request),
        new OpenAIConnection.Details { Key = request.FindKey(KeyVariable), KeyVariable = KeyVariable });

    /// <summary>A server told to listen everywhere (0.0.0.0) is asked on this machine.</summary>
    private Uri Address(ModelRequest request)
    {
        if (!string.IsNullOrEmpty(request.Options.BaseUrl) || request.Variable(HostVariable) is not { } host)
        {
            return request.BaseUrl([], DefaultUrl);
        }

        bool whole = host.Contains("://", StringComparison.Ordinal);
        Uri uri = ModelRequest.ParseUrl(whole ? host : $"http://{host}", request.FullName, HostVariable);
        var address = new UriBuilder(uri) { Path = "/v1" };
        address.Port = uri.IsDefaultPort && !whole ? 11434 : uri.Port;
        address.Host = uri.Host is "0.0.0.0" ? "localhost" : uri.Host;
        return address.Uri;
    }
}
