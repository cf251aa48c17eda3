namespace Rlm.Embedded.Cli.Niah;

/// <summary>Where the time of one run went.</summary>
internal sealed record TimeSplit(TimeSpan Generate, TimeSpan ContextLoad, TimeSpan Cells, TimeSpan Model, TimeSpan Harness)
{
    /// <summary>The split of a run: what is not named is the harness's.</summary>
    public static TimeSplit Of(TimeSpan elapsed, TimeSpan generate, RlmTimes times) =>
        new(generate, times.ContextLoad, times.Cells, times.Model, elapsed - generate - times.ContextLoad - times.Cells - times.Model);

    /// <summary>The medians, part by part.</summary>
    public static TimeSplit Median(IReadOnlyList<TimeSplit> splits) => new(
        Middle(splits, s => s.Generate), Middle(splits, s => s.ContextLoad), Middle(splits, s => s.Cells), Middle(splits, s => s.Model), Middle(splits, s => s.Harness));

    private static TimeSpan Middle(IReadOnlyList<TimeSplit> splits, Func<TimeSplit, TimeSpan> part)
    {
        List<TimeSpan> times = [.. splits.Select(part)];
        times.Sort();
        return times.Count % 2 == 1 ? times[times.Count / 2] : (times[(times.Count / 2) - 1] + times[times.Count / 2]) / 2;
    }
}
