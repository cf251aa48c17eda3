using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>Which of the keys that the model providers read are set. Values are never shown.</summary>
internal static class ModelKeys
{
    /// <summary>Services whose example is a model that every key may use. Looked at by name, so that a run without any key loads no provider.</summary>
    private static readonly (string Variable, string Provider)[] s_hosted =
    [
        ("OPENAI_API_KEY", "openai"), ("ANTHROPIC_API_KEY", "anthropic"), ("GEMINI_API_KEY", "gemini"), ("OPENROUTER_API_KEY", "openrouter"),
    ];

    /// <summary>Names of the keys that are set, in the catalogue's order.</summary>
    public static IReadOnlyList<string> Present() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables).Distinct(StringComparer.Ordinal).Where(name => IsKey(name) && IsSet(name))];

    /// <summary>Names of the key that each provider reads first.</summary>
    public static IReadOnlyList<string> Known() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables.Take(1)).Where(IsKey)];

    /// <summary>The example model of the first hosted service whose key is set, or null.</summary>
    public static string? FirstReady()
    {
        foreach ((string variable, string name) in s_hosted)
        {
            if (IsSet(variable))
            {
                return ModelCatalog.Default.Providers.FirstOrDefault(provider => provider.Name == name)?.Example;
            }
        }

        return null;
    }

    private static bool IsKey(string variable) =>
        variable.Contains("KEY", StringComparison.Ordinal) || variable.Contains("TOKEN", StringComparison.Ordinal);

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
