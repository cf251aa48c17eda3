namespace Rlm.Embedded.Models;

/// <summary>Which token limit a call counts against.</summary>
internal enum ModelRole
{
    /// <summary>A call of the run's own loop.</summary>
    Root,

    /// <summary>A call on behalf of its code: sub-calls and everything their children ask.</summary>
    Sub,
}
