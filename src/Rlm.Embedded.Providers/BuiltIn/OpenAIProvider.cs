using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary><c>openai/MODEL</c>: OpenAI, or whatever OPENAI_BASE_URL points at.</summary>
internal sealed class OpenAIProvider : IModelProvider
{
    private const string OwnAddress = "https://api.openai.com/v1";

    public string Name => "openai";

    public string Example => "openai/gpt-5-mini";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } = ["OPENAI_API_KEY", "OPENAI_BASE_URL"];

    public IChatClient Create(ModelRequest request)
    {
        Uri baseUrl = request.BaseUrl("OPENAI_BASE_URL", OwnAddress);
        bool own = baseUrl.Host == "api.openai.com";
        string? key = own ? request.RequireKey("OPENAI_API_KEY") : request.FindKey("OPENAI_API_KEY");
        return OpenAIConnection.ChatCompletions(request, baseUrl, key, own ? ChatCompletionsDialect.OpenAI : ChatCompletionsDialect.Compatible);
    }
}
