using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>What of the model providers is configured. Names of variables only; values are never shown.</summary>
internal static class ModelKeys
{
    // Their keys stand for models of known names. Elsewhere a model's name is the user's: a deployment, an alias, what is installed.
    private static readonly string[] s_wellKnown = ["openai", "anthropic", "gemini", "openrouter", "vercel"];

    /// <summary>All providers, in the catalogue's order.</summary>
    public static IReadOnlyList<ModelProviderStatus> Status() => ModelCatalog.Default.Status();

    /// <summary>Names of the variables that are set.</summary>
    public static IReadOnlyList<string> Present(IEnumerable<ModelProviderStatus> status) =>
        [.. status.SelectMany(provider => provider.VariablesSet).Distinct(StringComparer.Ordinal)];

    /// <summary>Names of the variables that are read.</summary>
    public static IReadOnlyList<string> Known() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables).Distinct(StringComparer.Ordinal)];

    /// <summary>A model that can be used without being named: of the first provider that is configured and serves it for certain, or null.</summary>
    public static string? Default() => Status().FirstOrDefault(IsCertain)?.Example;

    /// <summary>One word or a remedy.</summary>
    public static string Describe(ModelProviderStatus provider) => provider.Missing switch
    {
        null => provider.VariablesSet.Count > 0 ? "yes" : "needs no key",
        [.., '.'] sentence => sentence,
        { } missing => $"set {missing}",
    };

    // Behind an address of one's own there may be other models.
    private static bool IsCertain(ModelProviderStatus provider) =>
        provider is { Missing: null, VariablesSet.Count: > 0 } && s_wellKnown.Contains(provider.Name)
        && !provider.VariablesSet.Any(variable => variable.EndsWith("_BASE_URL", StringComparison.Ordinal));
}
