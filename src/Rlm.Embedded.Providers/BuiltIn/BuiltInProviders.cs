namespace Rlm.Embedded.Providers;

/// <summary>The table behind <see cref="ModelCatalog.Default"/>: one line a provider.</summary>
internal static class BuiltInProviders
{
    public static IReadOnlyList<IModelProvider> All { get; } =
    [
        new OpenAIProvider(),
    ];
}
