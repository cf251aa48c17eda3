namespace Rlm.Embedded;

/// <summary>How a model's reply ended. More members may come: treat an unknown one as a reply that is not whole.</summary>
public enum ReplyEnd
{
    /// <summary>The model was done.</summary>
    Complete,

    /// <summary>The reply met the limit of output tokens: its end is missing.</summary>
    Cut,

    /// <summary>A content filter or a guardrail of the provider ended or withheld it.</summary>
    Filtered,

    /// <summary>The model refused; the reply is its refusal.</summary>
    Refused,
}
