namespace Rlm.Embedded;

/// <summary>A limit ended a run, and <see cref="RlmOptions.ThrowOnLimit"/> asks for an exception.</summary>
public sealed class RlmLimitException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmLimitException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmLimitException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmLimitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal RlmLimitException(RlmResult result)
        : base($"{result.LimitNote} See Result for the best answer there is.") => Result = result;

    /// <summary>What the run would have returned; null when nobody attached it.</summary>
    public RlmResult? Result { get; }
}
