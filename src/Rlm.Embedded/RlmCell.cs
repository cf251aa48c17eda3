using Rlm.Embedded.Repl;

namespace Rlm.Embedded;

/// <summary>A cell that a turn ran.</summary>
/// <param name="Code">The Python that ran.</param>
/// <param name="Result">What came of it.</param>
/// <param name="SubCalls">The model calls it made; batches in the order of their prompts.</param>
public sealed record RlmCell(string Code, CellResult Result, IReadOnlyList<RlmSubCall> SubCalls);
