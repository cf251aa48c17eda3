using System.Globalization;
using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Repl;

/// <summary>Refuses values of options where they are set: the message names the option, its value and what may be given.</summary>
internal static class OptionRange
{
    private const decimal HighestPrice = 1_000_000_000;

    /// <summary>The longest time that timers of .NET and of the interpreter keep.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    /// <summary>The value, if it is at least so much; null is no limit.</summary>
    public static long? AtLeast(long? value, long least, string owner, string remedy = "", [CallerMemberName] string option = "") =>
        value < least ? throw Refused(owner, option, value, $"at least {Number(least)}", remedy) : value;

    /// <inheritdoc cref="AtLeast(long?, long, string, string, string)"/>
    public static int? AtLeast(int? value, int least, string owner, string remedy = "", [CallerMemberName] string option = "") =>
        (int?)AtLeast((long?)value, least, owner, remedy, option);

    /// <summary>The price, if it is from 0 to 1,000,000,000: with more, sums overflow.</summary>
    public static decimal Price(decimal value, string owner, [CallerMemberName] string option = "") =>
        value is < 0 or > HighestPrice ? throw Refused(owner, option, value, $"from 0 to {Number(HighestPrice)}", "") : value;

    /// <summary>The time, if it is more than nothing and at most <paramref name="longest"/>, or <see cref="Longest"/>; null is no limit.</summary>
    public static TimeSpan? Positive(TimeSpan? value, string owner, string remedy, TimeSpan? longest = null, [CallerMemberName] string option = "") =>
        value <= TimeSpan.Zero || value > (longest ?? Longest)
            ? throw Refused(owner, option, value, $"more than nothing and at most {Days(longest ?? Longest)}", remedy)
            : value;

    /// <summary>The time, if it is nothing or more and at most <paramref name="longest"/>.</summary>
    public static TimeSpan NotNegative(TimeSpan value, TimeSpan longest, string owner, [CallerMemberName] string option = "") =>
        value < TimeSpan.Zero || value > longest
            ? throw Refused(owner, option, value, $"0 or more and at most {Days(longest)}", "")
            : value;

    private static string Days(TimeSpan time) => time.TotalDays == 1 ? "1 day" : $"{time.TotalDays.ToString("0", CultureInfo.InvariantCulture)} days";

    private static string Number(decimal number) => number.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static ArgumentOutOfRangeException Refused(string owner, string option, IFormattable? value, string allowed, string remedy)
    {
        var given = value?.ToString(null, CultureInfo.InvariantCulture);
        return new ArgumentOutOfRangeException(option, $"{owner}.{option} is {given}; it must be {allowed}.{(remedy.Length > 0 ? " " + remedy : "")}");
    }
}
