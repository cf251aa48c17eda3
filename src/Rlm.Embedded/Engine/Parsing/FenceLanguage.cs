namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What a fenced block claims to hold.</summary>
internal enum FenceLanguage
{
    /// <summary>It does not say.</summary>
    None,

    /// <summary>Python, under any of its names.</summary>
    Python,

    /// <summary>Something else.</summary>
    Other,
}
