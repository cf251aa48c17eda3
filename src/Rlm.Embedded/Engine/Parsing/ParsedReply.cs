namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What a root model's reply says.</summary>
/// <param name="Visible">The reply without its reasoning and without the marks of chat templates.</param>
/// <param name="Reasoning">The reasoning in it, or empty.</param>
/// <param name="Blocks">The Python blocks, in order, dedented, with LF line ends. None is blank.</param>
/// <param name="Final">The last FINAL or FINAL_VAR that stands in prose, or null.</param>
internal sealed record ParsedReply(string Visible, string Reasoning, IReadOnlyList<string> Blocks, ProseFinal? Final)
{
    /// <summary>What is wrong with it. A reply with blocks or an answer may have a fault too.</summary>
    public ReplyFault Fault { get; init; }

    /// <summary>The text of a FINAL whose closing parenthesis is missing, or null: no answer, but the best there is when nobody can be asked again.</summary>
    public string? Draft { get; init; }

    /// <summary>
    /// The reply ends inside of something that it opened (reasoning, a FINAL, a tool call, a block), or may: what it ends in is
    /// whole only where the model says that it stopped by itself.
    /// </summary>
    public bool IsCut { get; init; }

    /// <summary>The last of <see cref="Blocks"/> is what the reply ends in: its closing fence is missing.</summary>
    public bool IsLastBlockCut { get; init; }
}
