using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>What of the model providers is configured. Names of variables only; values are never shown.</summary>
internal static class ModelKeys
{
    /// <summary>
    /// Services whose example is a model that every key may use; elsewhere a model's name is the user's: a deployment, an alias, what is
    /// installed. Keys are looked at by name first, so that a run without any loads no provider.
    /// </summary>
    private static readonly (string Provider, string[] Keys)[] s_hosted =
    [
        ("openai", ["OPENAI_API_KEY"]), ("anthropic", ["ANTHROPIC_API_KEY"]), ("gemini", ["GEMINI_API_KEY", "GOOGLE_API_KEY"]),
        ("openrouter", ["OPENROUTER_API_KEY"]), ("vercel", ["AI_GATEWAY_API_KEY"]),
    ];

    /// <summary>All providers, in the catalogue's order.</summary>
    public static IReadOnlyList<ModelProviderStatus> Status() => ModelCatalog.Default.Status();

    /// <summary>Names of the keys that are set.</summary>
    public static IReadOnlyList<string> Present(IEnumerable<ModelProviderStatus> status) =>
        [.. status.SelectMany(provider => provider.VariablesSet).Distinct(StringComparer.Ordinal).Where(IsKey)];

    /// <summary>Names of the key that each provider reads first.</summary>
    public static IReadOnlyList<string> Known() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables.Take(1)).Where(IsKey)];

    /// <summary>A model that can be used without being named: of the first hosted service that is configured, or null.</summary>
    public static string? Default() => s_hosted.Any(service => service.Keys.Any(IsSet)) ? Status().FirstOrDefault(IsCertain)?.Example : null;

    /// <summary>One word or a remedy.</summary>
    public static string Describe(ModelProviderStatus provider) => provider.Missing switch
    {
        null => provider.VariablesSet.Count > 0 ? "yes" : "needs no key",
        [.., '.'] sentence => sentence,
        { } missing => $"set {missing}",
    };

    // Behind an address of one's own there may be other models.
    private static bool IsCertain(ModelProviderStatus provider) =>
        provider.Missing is null && s_hosted.Any(service => service.Provider == provider.Name)
        && !provider.VariablesSet.Any(variable => variable.EndsWith("_BASE_URL", StringComparison.Ordinal));

    private static bool IsKey(string variable) =>
        variable.Contains("KEY", StringComparison.Ordinal) || variable.Contains("TOKEN", StringComparison.Ordinal);

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
