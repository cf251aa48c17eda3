namespace Rlm.Embedded;

#pragma warning disable RCS1194 // only the engine makes one with a token
/// <summary>The caller cancelled a run.</summary>
public sealed class RlmCanceledException : OperationCanceledException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmCanceledException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmCanceledException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmCanceledException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal RlmCanceledException(Exception? innerException, RlmResult partial, CancellationToken cancellationToken)
        : base("The run was cancelled; see Partial for what was known until then.", innerException, cancellationToken) => Partial = partial;

    /// <summary>What was known until then; null when nobody attached it.</summary>
    public RlmResult? Partial { get; }
}
