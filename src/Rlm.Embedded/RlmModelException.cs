namespace Rlm.Embedded;

/// <summary>The root model failed. The inner exception is the provider's own.</summary>
public sealed class RlmModelException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmModelException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmModelException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal RlmModelException(string message, Exception innerException, RlmResult partial)
        : base(message, innerException) => Partial = partial;

    /// <summary>What was known until then; null when nobody attached it.</summary>
    public RlmResult? Partial { get; }
}
