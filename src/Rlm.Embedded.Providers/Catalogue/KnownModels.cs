using System.Text.RegularExpressions;

namespace Rlm.Embedded.Providers;

/// <summary>The table of <see cref="ModelFacts"/>: context window, longest answer, list prices of input, cached input and output.</summary>
internal static partial class KnownModels
{
    private static readonly DateOnly s_december2025 = new(2025, 12, 11);
    private static readonly DateOnly s_september2026 = new(2026, 9, 23);

    public static IReadOnlyList<ModelFacts> All { get; } =
    [
        new("gpt-5.2", 400_000, 128_000, 1.75m, 0.175m, 14m, s_december2025),
        new("gpt-5.1", 400_000, 128_000, 1.25m, 0.125m, 10m, s_december2025),
        new("gpt-5", 400_000, 128_000, 1.25m, 0.125m, 10m, s_december2025),
        new("gpt-5-mini", 400_000, 128_000, 0.25m, 0.025m, 2m, s_december2025),
        new("gpt-5-nano", 400_000, 128_000, 0.05m, 0.005m, 0.40m, s_december2025),
        new("gpt-4.1", 1_047_576, 32_768, 2m, 0.50m, 8m, s_december2025),
        new("gpt-4.1-mini", 1_047_576, 32_768, 0.40m, 0.10m, 1.60m, s_december2025),
        new("gpt-4.1-nano", 1_047_576, 32_768, 0.10m, 0.025m, 0.40m, s_december2025),
        new("gpt-4o", 128_000, 16_384, 2.50m, 1.25m, 10m, s_december2025),
        new("gpt-4o-mini", 128_000, 16_384, 0.15m, 0.075m, 0.60m, s_december2025),
        new("claude-opus-5-5", 1_000_000, 128_000, 4m, 0.20m, 20m, s_september2026),
        new("claude-opus-5", 1_000_000, 128_000, 5m, 0.50m, 25m, s_september2026),
        new("claude-opus-4-5", 200_000, 64_000, 5m, 0.50m, 25m, s_september2026),
        new("claude-opus-4-1", 200_000, 32_000, 15m, 1.50m, 75m, s_december2025),
        new("claude-sonnet-4-5", 200_000, 64_000, 3m, 0.30m, 15m, s_december2025),
        new("claude-haiku-4-5", 200_000, 64_000, 1m, 0.10m, 5m, s_september2026),
        new("gemini-2.5-pro", 1_048_576, 65_536, 1.25m, 0.125m, 10m, s_december2025),
        new("gemini-2.5-flash", 1_048_576, 65_536, 0.30m, 0.03m, 2.50m, s_december2025),
        new("gemini-2.5-flash-lite", 1_048_576, 65_536, 0.10m, 0.01m, 0.40m, s_december2025),
    ];

    private static readonly Dictionary<string, ModelFacts> ByName = All.ToDictionary(m => Plain(m.Model), StringComparer.OrdinalIgnoreCase);

    public static ModelFacts? Find(string name) =>
        ByName.GetValueOrDefault(Plain(Version().Replace(name[(name.LastIndexOf('/') + 1)..], "")));

    /// <summary>Gateways write points where makers write dashes, and Bedrock puts region and maker in front.</summary>
    private static string Plain(string name) => Maker().Replace(name, "").Replace('.', '-');

    [GeneratedRegex(@"(-v[0-9]+(:[0-9]+)?|-[0-9]{4}-[0-9]{2}-[0-9]{2}|-[0-9]{8}(-v[0-9]+(:[0-9]+)?)?|-latest|:[a-z]+)$", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex(@"^@?([a-z]+\.)?(anthropic|openai|google)\.", RegexOptions.NonBacktracking)]
    private static partial Regex Maker();
}
