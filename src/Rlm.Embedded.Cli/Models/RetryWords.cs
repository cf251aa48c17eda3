using System.Globalization;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Cli.Models;

/// <summary>Tells on stderr that a call is sent again: nobody shall wait for a reason that is not said.</summary>
internal static class RetryWords
{
    /// <summary>Makes what is called before each retry.</summary>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="timeout">How long an answer is waited for.</param>
    public static Action<ModelCallException, int, TimeSpan> Tell(Terminal terminal, TimeSpan timeout) =>
        (failure, retry, wait) => terminal.Say(Terminal.Clean(Of(failure, retry, wait, timeout)));

    /// <summary>What happened, and when the next try comes.</summary>
    public static string Of(ModelCallException failure, int retry, TimeSpan wait, TimeSpan timeout)
    {
        string status = failure.StatusCode is { } code ? $" ({code.ToString(CultureInfo.InvariantCulture)})" : "";
        string what = failure.Failure switch
        {
            ModelCallFailure.RateLimited => "is busy",
            ModelCallFailure.Unreachable => "cannot be reached",
            ModelCallFailure.Timeout => $"did not answer within {Seconds(timeout)} (--model-timeout)",
            ModelCallFailure.BrokenAnswer => "broke off its answer",
            ModelCallFailure.BadAnswer => "sent something that is no answer",
            _ => "failed",
        };
        string when = wait <= TimeSpan.Zero ? "now" : $"in {Seconds(wait)}{(failure.RetryAfter is null ? "" : ", as the server asks")}";
        return $"the server {what}{status}, {Ordinal(retry + 1)} try {when} ({failure.Model} at {failure.Endpoint})";
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} s";

    private static string Ordinal(int number) => number switch
    {
        2 => "second",
        3 => "third",
        _ => $"{number.ToString(CultureInfo.InvariantCulture)}th",
    };
}
