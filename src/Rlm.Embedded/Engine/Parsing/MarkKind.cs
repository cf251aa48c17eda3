namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What a mark in a reply means.</summary>
internal enum MarkKind
{
    /// <summary>Reasoning begins.</summary>
    ReasoningStart,

    /// <summary>Reasoning ends.</summary>
    ReasoningEnd,

    /// <summary>The turn or the text ends.</summary>
    TurnEnd,

    /// <summary>The model's own turn, or a part of it, begins; or some part ends. It says nothing about what follows.</summary>
    Neutral,

    /// <summary>A turn begins; the role follows.</summary>
    TurnStart,

    /// <summary>A turn of somebody else begins: what follows is invented.</summary>
    OtherTurn,

    /// <summary>A channel's name follows.</summary>
    Channel,

    /// <summary>The head of a message ends.</summary>
    Message,
}
