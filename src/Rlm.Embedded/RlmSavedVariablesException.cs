namespace Rlm.Embedded;

/// <summary>Saved variables cannot be restored: the file is none, is damaged, of a newer version, too large, or binds a name it may not.</summary>
public sealed class RlmSavedVariablesException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmSavedVariablesException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmSavedVariablesException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmSavedVariablesException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
