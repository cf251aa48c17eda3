namespace Rlm.Embedded.Cli.View;

/// <summary>Times for people.</summary>
internal static class Durations
{
    public static string Show(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => $"{time.TotalMilliseconds:0.00} ms",
        < 1000 => $"{time.TotalMilliseconds:0.0} ms",
        < 60_000 => $"{time.TotalSeconds:0.00} s",
        _ => $"{(int)time.TotalMinutes} min {time.Seconds} s",
    };

    /// <summary>In whole seconds, for a time that still runs.</summary>
    public static string Whole(TimeSpan time) => time.TotalSeconds < 60 ? $"{(int)time.TotalSeconds} s" : $"{(int)time.TotalMinutes} min {time.Seconds} s";
}
