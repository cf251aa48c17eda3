namespace Rlm.Embedded;

/// <summary>A run that was asked for a value ended with an answer that is none: the model was told why and asked again, or a limit left it no time.</summary>
public sealed class RlmAnswerException : RlmException
{
    /// <summary>Makes an exception without a message.</summary>
    public RlmAnswerException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    public RlmAnswerException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RlmAnswerException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal RlmAnswerException(RlmResult result, string mismatch)
        : base($"The answer does not fit the type that was asked for: {mismatch}. The run ended with {result.StopReason} after {result.Turns} turns. See Result for the answer as text; RlmOptions.SchemaRetries and MaxTurns give the model more tries.")
    {
        Result = result;
        Mismatch = mismatch;
    }

    /// <summary>The run's result, the answer as text in it; null when nobody attached it.</summary>
    public RlmResult? Result { get; }

    /// <summary>Where and why the answer does not fit; null when nobody attached it.</summary>
    public string? Mismatch { get; }
}
