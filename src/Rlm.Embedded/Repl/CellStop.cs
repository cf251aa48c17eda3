namespace Rlm.Embedded.Repl;

/// <summary>What ended a cell before its code was done.</summary>
public enum CellStop
{
    /// <summary>Nothing: the code ran to its end or to an exception of its own.</summary>
    None,

    /// <summary>The cell used up its time, or its session's.</summary>
    Timeout,

    /// <summary>The cell or its session reached its memory quota.</summary>
    Memory,

    /// <summary>The cell printed more than it may.</summary>
    Output,

    /// <summary>The cell or its session made more calls to the host than it may.</summary>
    HostCalls,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The cell could not be interrupted: its interpreter is lost to this process.</summary>
    Wedged,
}
