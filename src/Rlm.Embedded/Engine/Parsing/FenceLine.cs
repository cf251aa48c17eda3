namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What a line inside a block is to the block's fence.</summary>
internal enum FenceLine
{
    /// <summary>Content.</summary>
    None,

    /// <summary>A run of the fence's characters, and nothing else.</summary>
    Close,

    /// <summary>A run of the fence's characters with text behind it that is no block.</summary>
    CloseWithText,

    /// <summary>A run of the fence's characters that opens another block.</summary>
    Open,
}
