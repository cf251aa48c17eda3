using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>A service whose whole difference from OpenAI is its name, address and key.</summary>
internal sealed record CompatibleService(string Name, string ExampleModel, string DefaultUrl) : ICompatibleService
{
    /// <summary>Variables that may hold the key, the usual one first.</summary>
    public required string[] KeyVariables { get; init; }

    /// <summary>Variables that may hold another address.</summary>
    public required string[] UrlVariables { get; init; }

    /// <summary>True when the service also works without a key.</summary>
    public bool KeyOptional { get; init; }

    /// <summary>Fields every request needs.</summary>
    public IReadOnlyDictionary<string, object?> Body { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    public string Example => $"{Name}/{ExampleModel}";

    public bool NeedsModel => true;

    public IReadOnlyList<string> Variables => [.. KeyVariables, .. UrlVariables];

    public string? Missing(ModelRequest request) =>
        KeyOptional || request.FindKey(KeyVariables) is not null ? null : string.Join(" or ", KeyVariables);

    public IChatClient Create(ModelRequest request)
    {
        string? key = KeyOptional ? request.FindKey(KeyVariables) : request.RequireKey(KeyVariables);
        Uri baseUrl = request.BaseUrl(UrlVariables, DefaultUrl);
        return OpenAIConnection.Create(request, baseUrl, new OpenAIConnection.Details { Key = key, KeyVariable = KeyVariables[0], Body = Body });
    }
}
