namespace Rlm.Embedded;

/// <summary>Base of the exceptions this library throws. The message says what happened, with which value, and what to do.</summary>
public class RlmException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The result that an exception of a run carries, or null.</summary>
    internal static RlmResult? ResultOf(Exception thrown) => thrown switch
    {
        RlmCanceledException cancelled => cancelled.Partial,
        RlmModelException failed => failed.Partial,
        RlmLimitException limited => limited.Result,
        _ => null,
    };
}
