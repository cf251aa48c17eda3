using System.Globalization;

namespace Rlm.Embedded.View;

/// <summary>Times for people.</summary>
internal static class Durations
{
    public static string Show(TimeSpan time) => time.TotalMilliseconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.00} ms"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        _ => $"{(int)time.TotalMinutes} min {time.Seconds} s",
    };
}
