namespace Rlm.Embedded;

/// <summary>A cell of this session could not be interrupted, and its REPL is lost with all its variables. Dispose the session and open another.</summary>
public sealed class RlmSessionLostException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmSessionLostException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmSessionLostException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmSessionLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
