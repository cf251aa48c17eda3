using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Models;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>Makes models from what the command line says.</summary>
internal static class ModelChoice
{
    private const string NoticePrefix = "model: ";

    /// <summary>The scripted stand-in.</summary>
    public static ChosenModel Offline() => new(new OfflineModel(), OfflineModel.Notice[NoticePrefix.Length..]);

    /// <summary>The model of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">How it is reached.</param>
    /// <param name="flag">The flag that gave the name.</param>
    /// <exception cref="UsageException">There is no such model.</exception>
    /// <exception cref="RlmConfigurationException">Its key or address is missing.</exception>
    public static ChosenModel Named(string name, ModelOptions options, string flag = "--model")
    {
        if (name.Trim().Equals(OfflineModel.Id, StringComparison.OrdinalIgnoreCase))
        {
            return Offline();
        }

        try
        {
            return new ChosenModel(ModelCatalog.Default.Create(name, options), name);
        }
        catch (RlmConfigurationException exception) when (!HasProvider(name))
        {
            string? nearest = name.Contains('/', StringComparison.Ordinal) ? NearestWord.Of(name.Split('/')[0], ModelCatalog.Default.Providers.Select(provider => provider.Name)) : null;
            throw new UsageException($"{flag}: {exception.Message}{(nearest is null ? "" : $" Did you mean {nearest}/{name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]}?")}");
        }
    }

    /// <summary>Whether a name is one that the catalogue knows the service of.</summary>
    private static bool HasProvider(string name)
    {
        string[] parts = name.Trim().Split('/', 2);
        return parts is [_, { Length: > 0 } model] && !model.Any(char.IsWhiteSpace)
            && ModelCatalog.Default.Providers.Any(provider => provider.NeedsModel && provider.Name.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The model of a name or, without one, a default model of a provider that is configured, else the stand-in.</summary>
    public static ChosenModel NamedOrAvailable(string? name, ModelOptions options) =>
        name is not null ? Named(name, options)
        : ModelKeys.Default() is { } example ? Named(example, options)
        : Offline();

    /// <summary>What a user without a model is told.</summary>
    public static RlmConfigurationException NoneGiven() =>
        new($"No model given. Pass --model with one of: {Possible()}, or any model name with --base-url URL for an OpenAI-compatible server.");

    private static string Possible() => string.Join(", ", ModelCatalog.Default.Status()
        .Where(provider => provider.Name != OfflineModel.Id)
        .Select(provider => $"{provider.Example} ({(provider.Missing is { } missing ? $"set {missing}" : "nothing more to set")})")
        .Append($"{OfflineModel.Id} (a scripted stand-in for needle tasks, needs no key)"));
}
