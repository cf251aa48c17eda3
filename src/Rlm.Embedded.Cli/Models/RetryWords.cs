using System.Globalization;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Cli.Models;

/// <summary>Tells on stderr that a call is sent again: always with -v, else on a terminal where the wait is felt.</summary>
internal static class RetryWords
{
    private static readonly TimeSpan s_felt = TimeSpan.FromSeconds(2);

    public static Action<ModelCallException, int, TimeSpan> Tell(Terminal terminal, bool verbose) => (failure, retry, wait) =>
    {
        if (verbose || (terminal.ErrorIsTerminal && (wait >= s_felt || failure.Failure == ModelCallFailure.Timeout)))
        {
            terminal.Say(Terminal.Clean(Of(failure, retry, wait)));
        }
    };

    /// <summary>What happened, and when the next try comes.</summary>
    public static string Of(ModelCallException failure, int retry, TimeSpan wait)
    {
        string status = failure.StatusCode is { } code ? $" ({code.ToString(CultureInfo.InvariantCulture)})" : "";
        string what = failure.Failure switch
        {
            ModelCallFailure.RateLimited => "is busy",
            ModelCallFailure.Unreachable => "cannot be reached",
            ModelCallFailure.Timeout => "did not answer in time",
            ModelCallFailure.BrokenAnswer => "broke off its answer",
            ModelCallFailure.BadAnswer => "sent something that is no answer",
            _ => "failed",
        };
        return $"the server {what}{status}, {Ordinal(retry + 1)} try in {wait.TotalSeconds.ToString(wait.TotalSeconds < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} s ({failure.Model} at {failure.Endpoint})";
    }

    private static string Ordinal(int number) => number switch
    {
        2 => "second",
        3 => "third",
        _ => $"{number.ToString(CultureInfo.InvariantCulture)}th",
    };
}
