using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Which model serves a call.</summary>
internal sealed class ModelRouter
{
    private readonly Dictionary<string, ModelRoute>? _named;

    public ModelRouter(IChatClient root, RlmOptions options)
    {
        Root = ModelRoute.For(root, options.RootChatOptions, "root");
        Sub = options.SubModel is null && options.SubChatOptions is null ? Root with { Options = null } : ModelRoute.For(options.SubModel ?? root, options.SubChatOptions, options.SubModel is null ? "root" : "sub");
        if (options.Models.Count == 0)
        {
            return;
        }

        _named = new Dictionary<string, ModelRoute>(StringComparer.Ordinal);
        foreach (var (name, client) in options.Models)
        {
            _named[name] = new ModelRoute(name, client, options.SubChatOptions);
        }
    }

    public ModelRoute Root { get; }

    /// <summary>Serves sub-calls that name no model.</summary>
    public ModelRoute Sub { get; }

    /// <summary>The names that code may give, in order of registration.</summary>
    public IReadOnlyCollection<string> Names => _named is null ? [] : _named.Keys;

    /// <summary>The model that a sub-call asks for, or null when there is none of that name.</summary>
    public ModelRoute? Find(string? name) => name is null ? Sub : _named?.GetValueOrDefault(name);
}
