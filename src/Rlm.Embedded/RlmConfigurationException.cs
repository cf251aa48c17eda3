namespace Rlm.Embedded;

/// <summary>Something the engine needs is not there: a Python, a key, a model.</summary>
public sealed class RlmConfigurationException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmConfigurationException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
