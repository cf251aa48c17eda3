namespace Rlm.Embedded.Bench.Measuring;

/// <summary>One line of the table.</summary>
/// <param name="Work">What was measured.</param>
/// <param name="Value">The median.</param>
/// <param name="Floor">The median of the floor measured beside it, or null where there is none.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Target">As performance.md has it.</param>
/// <param name="IsMet">Whether the target is met; null where there is none.</param>
/// <param name="Note">More to say.</param>
internal sealed record Row(string Work, double? Value, double? Floor, string Unit, string Target, bool? IsMet, string Note = "")
{
    /// <summary>Median of the ratios of the rounds: rounds are interleaved, so noise falls on both sides.</summary>
    public double? Ratio { get; init; }

    /// <summary>A row judged by its ratio to the floor.</summary>
    public static Row ByRatio(string work, Pair pair, string unit, double most, string note = "") =>
        new(work, pair.Value, pair.Floor, unit, $"<= {most:0.##} x floor", pair.Ratio <= most, note) { Ratio = pair.Ratio };

    /// <summary>A row judged by its own value.</summary>
    public static Row ByValue(string work, Pair pair, string unit, double most, string note = "") =>
        new(work, pair.Value, pair.Floor, unit, $"<= {most:0.##} {unit}", pair.Value <= most, note) { Ratio = pair.Ratio };

    /// <summary>A row that says why there is no figure.</summary>
    public static Row Without(string work, string target, string reason) => new(work, null, null, "", target, null, reason);
}
