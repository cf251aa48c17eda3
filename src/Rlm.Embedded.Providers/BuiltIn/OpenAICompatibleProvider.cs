using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// A model of the server at a base URL, under the name that the server knows it by. A key is sent only when the caller gives one for it, or when the address comes from
/// OPENAI_BASE_URL: then OPENAI_API_KEY belongs to it.
/// </summary>
internal sealed class OpenAICompatibleProvider : IModelProvider
{
    public const string ProviderName = "openai-compatible";

    public string Name => ProviderName;

    public string Example => "MODEL";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables { get; } = ["OPENAI_API_KEY", "OPENAI_BASE_URL"];

    public static bool HasBaseUrl(ModelRequest request) =>
        request.Options.BaseUrl is { Length: > 0 } || request.Variable("OPENAI_BASE_URL") is not null;

    public IChatClient Create(ModelRequest request)
    {
        Uri baseUrl = request.BaseUrl(["OPENAI_BASE_URL"], "");
        string? key = request.Options.BaseUrl is { Length: > 0 } ? request.FindKey() : request.FindKey("OPENAI_API_KEY");
        return OpenAIConnection.Create(request, baseUrl, new OpenAIConnection.Details
        {
            Name = request.Model,
            Key = key,
            KeyVariable = request.Options.BaseUrl is { Length: > 0 } ? null : "OPENAI_API_KEY",
        });
    }
}
