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
    /// <exception cref="RlmConfigurationException">There is no such model, or its key or address is missing.</exception>
    public static ChosenModel Named(string name, ModelOptions options) =>
        name == OfflineModel.Id ? Offline() : new ChosenModel(ModelCatalog.Default.Create(name, options), name);

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
