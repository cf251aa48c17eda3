namespace Rlm.Embedded.Cli.Frame;

/// <summary>Checks numbers from the command line.</summary>
internal static class Numbers
{
    private const double LongestSeconds = 86_400 * 24;

    /// <summary>A time above 0; longer than 24 days, what timers keep, is 24 days.</summary>
    public static TimeSpan Seconds(double seconds, string flag) => seconds > 0
        ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0.001, LongestSeconds))
        : throw new UsageException($"{flag} is {seconds}; it must be more than 0 seconds.");

    /// <summary>A whole number within bounds.</summary>
    public static long Within(long value, long least, long most, string flag) => value >= least && value <= most
        ? value
        : throw new UsageException($"{flag} is {value}; it must be from {least:N0} to {most:N0}.");
}
