namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What is wrong with a reply, as far as the reader can tell. The gravest one, where there are several.</summary>
internal enum ReplyFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>There is no text at all.</summary>
    Empty,

    /// <summary>There is reasoning and nothing else.</summary>
    OnlyReasoning,

    /// <summary>Reasoning was opened and never closed: all behind it counts as reasoning.</summary>
    UnclosedReasoning,

    /// <summary>The reply went on with somebody else's turn, such as output that no code printed: that part was not read.</summary>
    InventedTurn,

    /// <summary>A FINAL whose closing parenthesis is missing: nothing behind it was read.</summary>
    UnclosedFinal,

    /// <summary>A FINAL without anything in its parentheses.</summary>
    EmptyFinal,

    /// <summary>A FINAL inside a fence that is not Python, so it may be an example.</summary>
    FinalInFence,

    /// <summary>A FINAL with other words on its line.</summary>
    FinalInSentence,

    /// <summary>A tool call that is not one piece of Python.</summary>
    ToolCall,

    /// <summary>An answer in <c>\boxed{}</c>.</summary>
    Boxed,
}
