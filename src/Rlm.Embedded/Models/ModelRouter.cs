using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Which model serves a call.</summary>
internal sealed class ModelRouter
{
    private readonly Dictionary<string, ModelRoute>? _named;
    private readonly RlmOptions _options;

    /// <summary>Makes one.</summary>
    /// <exception cref="RlmConfigurationException">There is a cost limit, and a model whose price nobody knows.</exception>
    public ModelRouter(IChatClient root, RlmOptions options)
    {
        _options = options;
        Root = Route(ModelRoute.NameOf(root, options.RootChatOptions, "root"), root, options.RootChatOptions, options.ContextWindow);
        Sub = SubRoute(root, options);
        if (options.Models.Count == 0)
        {
            return;
        }

        // A model that is named is meant: the id that the options of all sub-calls may carry is another's.
        var shared = options.SubChatOptions;
        if (shared?.ModelId is not null)
        {
            shared = shared.Clone();
            shared.ModelId = null;
        }

        _named = new Dictionary<string, ModelRoute>(StringComparer.Ordinal);
        foreach (var (name, client) in options.Models)
        {
            _named[name] = Route(name, client, options.ModelChatOptions.TryGetValue(name, out var own) ? own : shared, window: null);
        }
    }

    public ModelRoute Root { get; }

    /// <summary>Serves sub-calls that name no model.</summary>
    public ModelRoute Sub { get; }

    /// <summary>The names that code may give, in order of registration.</summary>
    public IReadOnlyCollection<string> Names => _named is null ? [] : _named.Keys;

    /// <summary>All names that code may give: those registered, then the sub-model's and the root model's own.</summary>
    public IReadOnlyCollection<string> Known => [.. Names.Append(Sub.Name).Append(Root.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>The model that a sub-call asks for, by a registered name or by its own, or null when there is none of that name.</summary>
    public ModelRoute? Find(string? name) =>
        name is null ? Sub
        : _named?.GetValueOrDefault(name) is { } named ? named
        : Sub.IsCalled(name) ? Sub
        : Root.IsCalled(name) ? Root
        : null;

    private ModelRoute SubRoute(IChatClient root, RlmOptions options)
    {
        if (options.SubModel is null && options.SubChatOptions is null)
        {
            return Route(Root.Name, root, chat: null, options.SubContextWindow ?? options.ContextWindow);
        }

        var client = options.SubModel ?? root;
        return Route(ModelRoute.NameOf(client, options.SubChatOptions, options.SubModel is null ? "root" : "sub"), client, options.SubChatOptions, options.SubContextWindow);
    }

    private ModelRoute Route(string name, IChatClient client, ChatOptions? chat, int? window)
    {
        var id = ModelRoute.IdOf(client, chat) ?? name;
        var facts = ModelFacts.Find(id);
        var price = _options.Prices.TryGetValue(name, out var own) || _options.Prices.TryGetValue(id, out own) ? own : facts?.Price;
        if (price is null && _options.MaxCost is { } limit)
        {
            throw new RlmConfigurationException(
                $"RlmOptions.MaxCost is {LimitedAmount.Dollars(limit)}, but what the model '{id}' costs is not known. Say it in RlmOptions.Prices[\"{name}\"], in US dollars for a million tokens (0 for a model of your own), or leave MaxCost out.");
        }

        return new ModelRoute(name, client, chat) { Price = price, Window = window ?? facts?.ContextWindow };
    }
}
