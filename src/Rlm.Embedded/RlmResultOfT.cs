using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded;

/// <summary>What came of a run that was asked for a value. Immutable.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed record RlmResult<T> : RlmResult
{
    [SetsRequiredMembers]
    internal RlmResult(RlmResult result, T value)
        : base(result) => Value = value;

    /// <summary>The answer.</summary>
    public T Value { get; }
}
