namespace Rlm.Embedded.Interpreter;

/// <summary>Why a run was asked to end.</summary>
internal enum InterruptReason
{
    None,
    Timeout,
    Cancelled,
    Output,
    Memory,
    HostCalls,
}
