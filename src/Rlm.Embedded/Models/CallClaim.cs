namespace Rlm.Embedded.Models;

/// <summary>What a call may take of a limit.</summary>
internal enum CallClaim
{
    /// <summary>Of a loop: it is sent while anything is left. The one call too many is the one that asks for the answer.</summary>
    Loop,

    /// <summary>A prompt that code sends: it is refused where it is larger than what is left.</summary>
    Prompt,
}
