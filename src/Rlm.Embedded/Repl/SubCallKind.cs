namespace Rlm.Embedded.Repl;

/// <summary>Which Python function made a sub-call.</summary>
public enum SubCallKind
{
    /// <summary><c>llm_query</c>: one plain model call.</summary>
    Llm,

    /// <summary><c>rlm_query</c>: a child with a REPL of its own.</summary>
    Rlm,
}
