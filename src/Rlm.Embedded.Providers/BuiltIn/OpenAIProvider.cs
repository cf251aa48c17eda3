using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary><c>openai/MODEL</c>: OpenAI, or whatever OPENAI_BASE_URL points at.</summary>
internal sealed class OpenAIProvider : ICompatibleService
{
    private const string KeyVariable = "OPENAI_API_KEY";
    private const string UrlVariable = "OPENAI_BASE_URL";

    public string Name => "openai";

    public string Example => "openai/gpt-5-mini";

    public bool NeedsModel => true;

    public string DefaultUrl => "https://api.openai.com/v1";

    public IReadOnlyList<string> Variables { get; } = [KeyVariable, UrlVariable];

    public string? Missing(ModelRequest request) =>
        IsOwn(Address(request)) && request.FindKey(KeyVariable) is null ? KeyVariable : null;

    public IChatClient Create(ModelRequest request)
    {
        Uri baseUrl = Address(request);
        bool own = IsOwn(baseUrl);
        return OpenAIConnection.Create(request, baseUrl, new OpenAIConnection.Details
        {
            Key = own ? request.RequireKey(KeyVariable) : request.FindKey(KeyVariable),
            KeyVariable = KeyVariable,
            Dialect = own ? ChatCompletionsDialect.OpenAI : ChatCompletionsDialect.Compatible,
        });
    }

    private Uri Address(ModelRequest request) => request.BaseUrl([UrlVariable], DefaultUrl);

    private static bool IsOwn(Uri address) => address.Host == "api.openai.com";
}
