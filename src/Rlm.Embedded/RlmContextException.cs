namespace Rlm.Embedded;

/// <summary>The context cannot be read.</summary>
public sealed class RlmContextException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmContextException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmContextException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmContextException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
