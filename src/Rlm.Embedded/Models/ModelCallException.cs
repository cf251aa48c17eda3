namespace Rlm.Embedded.Models;

/// <summary>
/// A model call that failed. The message names the model, the host and port, what happened and what to do; it never holds a key.
/// </summary>
public sealed class ModelCallException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public ModelCallException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public ModelCallException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public ModelCallException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Why the call failed.</summary>
    public ModelCallFailure Failure { get; init; }

    /// <summary>The model as the catalogue names it (<c>openai/gpt-5-mini</c>), or null.</summary>
    public string? Model { get; init; }

    /// <summary>Host and port of the server, or null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The HTTP status, or null when there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the server asks to wait before the next try, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when the same call may succeed later: no connection, broken or malformed answer, timeout, HTTP 408, 429 and 5xx.</summary>
    public bool IsTransient => Failure is ModelCallFailure.Unreachable or ModelCallFailure.Timeout or ModelCallFailure.BrokenAnswer
        or ModelCallFailure.BadAnswer or ModelCallFailure.RateLimited or ModelCallFailure.ServerError;
}
