using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>Makes the flags of the command line. A wrong value is told with the flag, the value and what is allowed.</summary>
internal static class Flag
{
    private const double LongestSeconds = 86_400 * 24;
    private const double ShortestSeconds = 0.001;
    private const int ShownCharacters = 60;

    /// <summary>Yes when given.</summary>
    public static Option<bool> Switch(string description, string name, params string[] aliases) => new(name, aliases) { Description = description };

    /// <summary>Text that is not blank, such as the name of a file or a model; a blank one is told what to give: <c>name a file</c>.</summary>
    public static Option<string?> Text(string what, string helpName, string description, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => result.Tokens[0].Value is { } value && !string.IsNullOrWhiteSpace(value) ? value : Refuse<string?>(result, $"{name} is empty; {what}."),
    };

    /// <summary>One of a few words; the first is the default.</summary>
    public static Option<string> OneOf(string[] words, string description, string name) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        DefaultValueFactory = _ => words[0],
        CustomParser = result => Array.Find(words, word => word.Equals(result.Tokens[0].Value, StringComparison.OrdinalIgnoreCase)) ?? Refuse<string>(result, $"{name} is {Shown(result)}; give {string.Join(", ", words[..^1])} or {words[^1]}."),
    };

    /// <summary>A whole number within bounds.</summary>
    public static Option<long?> Count(long least, long most, string description, string name) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result => long.TryParse(result.Tokens[0].Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most
            ? value
            : Refuse<long?>(result, $"{name} is {Shown(result)}; {(most == long.MaxValue ? "give a whole number" : Invariant($"give a whole number from {least:N0} to {most:N0}"))}."),
    };

    /// <summary>A time above 0; longer than 24 days, what timers keep, is 24 days.</summary>
    public static Option<TimeSpan?> Seconds(string description, string name) => new(name)
    {
        Description = description,
        HelpName = "SECONDS",
        CustomParser = result => Number(result) is { } value and > 0
            ? TimeSpan.FromSeconds(Math.Clamp(value, ShortestSeconds, LongestSeconds))
            : Refuse<TimeSpan?>(result, $"{name} is {Shown(result)}; give seconds, more than 0."),
    };

    /// <summary>A number within bounds.</summary>
    public static Option<double?> Within(double least, double most, string description, string name) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Number(result) is { } value && value >= least && value <= most
            ? value
            : Refuse<double?>(result, $"{name} is {Shown(result)}; {Invariant($"give a number from {least} to {most}")}."),
    };

    /// <summary>US dollars, 0 or more.</summary>
    public static Option<decimal?> Dollars(string description, string name) => new(name)
    {
        Description = description,
        HelpName = "USD",
        CustomParser = result => decimal.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) && value >= 0 && value <= 1_000_000_000
            ? value
            : Refuse<decimal?>(result, $"{name} is {Shown(result)}; give US dollars, from 0 to 1,000,000,000."),
    };

    /// <summary>The address of a server.</summary>
    public static Option<string?> Address(string description, string name) => new(name)
    {
        Description = description,
        HelpName = "URL",
        CustomParser = result =>
        {
            string value = result.Tokens[0].Value.Trim();
            return !Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0
                ? Refuse<string?>(result, $"{name} is {(value.Contains('@', StringComparison.Ordinal) ? "no address" : Shown(result))}; give an address that begins with http:// or https://, such as http://localhost:8000/v1.")
                : uri.UserInfo.Length > 0 ? Refuse<string?>(result, $"{name} holds a user name or password; give the address without, and the key in an environment variable with --key-from.")
                : value;
        },
    };

    /// <summary>A wrong value: the message is told, and nothing runs.</summary>
    public static T Refuse<T>(ArgumentResult result, string message)
    {
        result.AddError(message);
        return default!;
    }

    /// <summary>What was typed, in quotes, not longer than a line and without what moves the cursor.</summary>
    public static string Shown(string typed)
    {
        string text = typed.Length > ShownCharacters ? typed[..ShownCharacters] + "..." : typed;
        return $"'{Terminal.Clean(text).Replace('\n', '\u240A')}'";
    }

    private static string Shown(ArgumentResult result) => Shown(result.Tokens[0].Value);

    private static double? Number(ArgumentResult result) =>
        double.TryParse(result.Tokens[0].Value, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
