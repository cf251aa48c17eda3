using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>Makes chat clients from names such as <c>openai/gpt-5-mini</c>. Immutable and thread-safe.</summary>
public sealed class ModelCatalog
{
    private readonly Func<string, string?> _environment;

    /// <summary>Makes a catalogue.</summary>
    /// <param name="providers">Its rows; a later one replaces an earlier one of the same name.</param>
    /// <param name="environment">Reads an environment variable; default: the process's.</param>
    public ModelCatalog(IEnumerable<IModelProvider> providers, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(providers);
#pragma warning disable RS0030 // The one place.
        _environment = environment ?? Environment.GetEnvironmentVariable;
#pragma warning restore RS0030
        var byName = new OrderedDictionary<string, IModelProvider>(StringComparer.OrdinalIgnoreCase);
        foreach (IModelProvider provider in providers)
        {
            byName[provider.Name] = provider;
        }

        Providers = [.. byName.Values];
    }

    /// <summary>The built-in providers, reading the process environment.</summary>
    public static ModelCatalog Default { get; } = new(BuiltInProviders.All);

    /// <summary>The rows, in the order they are listed to users.</summary>
    public IReadOnlyList<IModelProvider> Providers { get; }

    /// <summary>This catalogue with one more provider.</summary>
    /// <param name="provider">Replaces one of the same name.</param>
    /// <returns>A new catalogue.</returns>
    public ModelCatalog With(IModelProvider provider) => new([.. Providers, provider], _environment);

    /// <summary>Which providers are ready to use, and what the others lack. Reads names and presence of variables, never gives out values.</summary>
    /// <returns>One entry a provider, in order.</returns>
    public IReadOnlyList<ModelProviderStatus> Status()
    {
        var options = new ModelOptions();
        return [.. Providers.Select(p =>
        {
            var request = new ModelRequest(p.Name, "", options, _environment);
            return new ModelProviderStatus(p.Name, p.Example, p.Variables, [.. p.Variables.Where(v => request.Variable(v) is not null)], Missing(p, request));
        })];
    }

    /// <summary>Makes a client for a model. Nothing is sent yet.</summary>
    /// <param name="model">
    /// <c>provider/model</c>. With a base URL (in the options or OPENAI_BASE_URL) any other name is a model of the
    /// OpenAI-compatible server there, and the key is optional. A base URL in the options also wins over the name of a provider that
    /// speaks that API: the whole name is the model's (<c>openai/gpt-oss-20b</c> of a vLLM server), unless the address is the
    /// provider's own. <c>anthropic</c>, <c>azure</c>, <c>bedrock</c> and <c>portkey</c> keep their meaning, which is an API of its own.
    /// </param>
    /// <param name="options">How to reach it.</param>
    /// <returns>A client; the caller disposes of it.</returns>
    /// <exception cref="RlmConfigurationException">The name is malformed, the provider unknown, or a key or address missing.</exception>
    public IChatClient Create(string model, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ModelOptions();
        model = model.Trim();
        int slash = model.IndexOf('/', StringComparison.Ordinal);
        string prefix = slash < 0 ? model : model[..slash];
        string rest = slash < 0 ? "" : model[(slash + 1)..];

        if (Find(prefix) is { } provider && provider.NeedsModel == (slash >= 0) && !IsElsewhere(provider, options))
        {
            return provider.NeedsModel && (rest.Length == 0 || HasWhiteSpace(rest))
                ? throw Malformed(model)
                : Compose(provider, new ModelRequest(provider.Name, rest, options, _environment));
        }

        var compatible = new ModelRequest(OpenAICompatibleProvider.ProviderName, model, options, _environment);
        if (model.Length > 0 && !HasWhiteSpace(model) && OpenAICompatibleProvider.HasBaseUrl(compatible))
        {
            return Compose(new OpenAICompatibleProvider(), compatible);
        }

        throw slash > 0 && rest.Length > 0 && Find(prefix) is null
            ? new RlmConfigurationException($"Unknown model provider \"{prefix}\" in \"{model}\". {Possible()}")
            : Malformed(model);
    }

    private static string? Missing(IModelProvider provider, ModelRequest request)
    {
        try
        {
            return provider.Missing(request);
        }
        catch (RlmConfigurationException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>The default chain: retry, throttle, telemetry, provider. docs/models.md says why in this order.</summary>
    private static IChatClient Compose(IModelProvider provider, ModelRequest request)
    {
        ModelOptions options = request.Options;
        IChatClient client = new TelemetryChatClient(provider.Create(request));
        if (options.MaxConcurrency is not null || options.RequestsPerMinute is not null)
        {
            client = new ThrottledChatClient(
                client, new ThrottleOptions { MaxConcurrency = options.MaxConcurrency, RequestsPerMinute = options.RequestsPerMinute });
        }

        return options.MaxRetries > 0 ? new RetryChatClient(client, new RetryOptions { MaxRetries = options.MaxRetries, OnRetry = options.OnRetry }) : client;
    }

    /// <summary>Whether an explicit address leads away from the service that a name begins with.</summary>
    private static bool IsElsewhere(IModelProvider provider, ModelOptions options)
    {
        if (provider is not ICompatibleService service || options.BaseUrl is not { Length: > 0 } given)
        {
            return false;
        }

        var own = new Uri(service.DefaultUrl);
        return !Uri.TryCreate(given.Trim(), UriKind.Absolute, out Uri? uri)
            || uri.Port != own.Port
            || !(uri.Host.Equals(own.Host, StringComparison.OrdinalIgnoreCase) || (uri.IsLoopback && own.IsLoopback));
    }

    private static bool HasWhiteSpace(string text) => text.Any(char.IsWhiteSpace);

    private IModelProvider? Find(string name) =>
        Providers.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    private RlmConfigurationException Malformed(string model) =>
        new($"\"{model}\" is not a model name: provider/model is expected. {Possible()}");

    private string Possible() =>
        $"Possible: {string.Join(", ", Providers.Select(p => p.Example))}; or any model name with a base URL (or OPENAI_BASE_URL) for an OpenAI-compatible server.";
}
