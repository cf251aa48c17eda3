using Rlm.Embedded.Models;

namespace Rlm.Embedded.Cli.Models;

/// <summary>What the flags of the tool can do about a failed call.</summary>
internal static class ToolRemedy
{
    /// <summary>A sentence to put behind the message, with a space in front, or nothing.</summary>
    public static string Of(Exception exception) => exception switch
    {
        ModelCallException { Failure: ModelCallFailure.Timeout } => " --model-timeout SECONDS waits longer.",
        ModelCallException { Failure: ModelCallFailure.Unauthorized } call when call.Message.Contains("give one for this address", StringComparison.Ordinal)
            => " --key-from VARIABLE sends the key that this environment variable holds.",
        ModelCallException { Failure: ModelCallFailure.BadAnswer or ModelCallFailure.Unreachable or ModelCallFailure.NotFound } => " --base-url URL names another address.",
        { InnerException: { } cause } => Of(cause),
        _ => "",
    };
}
