namespace Rlm.Embedded.Interpreter;

/// <summary>A copy of a value would be larger than is allowed: a MemoryError in Python.</summary>
internal sealed class ValueTooLargeException(long limit)
    : RlmException($"The value has more than {limit:N0} bytes as a copy. Give a smaller one.");
