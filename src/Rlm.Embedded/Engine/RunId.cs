namespace Rlm.Embedded.Engine;

/// <summary>Names runs.</summary>
internal static class RunId
{
    /// <summary>32 hex digits, of which later runs have greater ones.</summary>
    public static string New(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");
}
