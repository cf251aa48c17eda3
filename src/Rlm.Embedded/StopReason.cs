namespace Rlm.Embedded;

/// <summary>Why a run ended. More members may come: treat an unknown one as a limit.</summary>
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

    /// <summary><see cref="RlmOptions.MaxRootTokens"/> is used up.</summary>
    RootTokens,

    /// <summary><see cref="RlmOptions.MaxSubTokens"/> is used up, and code went on making sub-calls; or the run is a child, whose own calls they are.</summary>
    SubTokens,

    /// <summary><see cref="RlmOptions.MaxCost"/> is used up.</summary>
    Cost,

    /// <summary><see cref="RlmOptions.MaxTime"/> has passed.</summary>
    Time,

    /// <summary><see cref="RlmOptions.MaxConsecutiveErrors"/> cells failed in a row.</summary>
    CellErrors,

    /// <summary><see cref="RlmOptions.MaxSubCalls"/> is used up, and code went on making sub-calls.</summary>
    SubCalls,

    /// <summary>The answer did not fit the schema that was asked for, though the model was told why and asked again.</summary>
    UnfitAnswer,

    /// <summary>The root model, or a filter of its provider, refused twice in a row, or in a run without a REPL once; the text is what it said.</summary>
    Refused,

    /// <summary>A run without a REPL: the reply met the model's limit of output tokens; the text is what there is of it.</summary>
    ReplyCut,
}
