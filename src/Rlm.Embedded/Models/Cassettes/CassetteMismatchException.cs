namespace Rlm.Embedded.Models;

/// <summary>A replayed run asked what was not recorded. The message names the nearest recorded call and the first difference.</summary>
public sealed class CassetteMismatchException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public CassetteMismatchException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public CassetteMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public CassetteMismatchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
