namespace Rlm.Embedded;

/// <summary>The interpreter of this process is held by code that cannot be interrupted. It serves no session until that code ends; start a new process to go on at once.</summary>
public sealed class EngineWedgedException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public EngineWedgedException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public EngineWedgedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public EngineWedgedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
