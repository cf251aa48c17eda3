namespace Rlm.Embedded;

/// <summary>Why a run ended. More members come with budgets: treat an unknown one as a limit.</summary>
public enum StopReason
{
    /// <summary>The model stated its final answer.</summary>
    FinalAnswer,

    /// <summary>The turns ran out; the text is what a last call gave.</summary>
    Turns,

    /// <summary>The caller cancelled; only seen on <see cref="RlmCanceledException.Partial"/>.</summary>
    Cancelled,

    /// <summary>The root model failed; only seen on <see cref="RlmModelException.Partial"/>.</summary>
    ModelFailed,

    /// <summary>Something else made the run throw, such as a context that cannot be read; only seen on <see cref="RlmEvent.RunEnded"/>.</summary>
    Failed,

    /// <summary>A cell could not be interrupted and its session is lost; the text is what a last call gave.</summary>
    ReplLost,
}
