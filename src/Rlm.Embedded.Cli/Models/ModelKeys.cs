using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Models;

/// <summary>Which of the variables that the model providers read are set. Values are never shown.</summary>
internal static class ModelKeys
{
    /// <summary>Names of the variables that are set, in the catalogue's order.</summary>
    public static IReadOnlyList<string> Present() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables).Distinct(StringComparer.Ordinal).Where(IsSet)];

    /// <summary>Names of the variables that are read.</summary>
    public static IReadOnlyList<string> Known() =>
        [.. ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables).Distinct(StringComparer.Ordinal)];

    /// <summary>The example model of the first provider whose key is set, or null.</summary>
    public static string? FirstReady()
    {
        foreach (IModelProvider provider in ModelCatalog.Default.Providers)
        {
            if (provider is { NeedsModel: true, Variables: [var key, ..] } && IsSet(key))
            {
                return provider.Example;
            }
        }

        return null;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
