namespace Rlm.Embedded.Trajectories;

/// <summary>A context, named by length and hash.</summary>
/// <param name="Type">Its Python type, or null when it was never loaded.</param>
/// <param name="Length">Its characters (code points), or null when it was never loaded.</param>
/// <param name="Sha256">In small hex digits: of a text or JSON its UTF-8 bytes, of a file its bytes, of a list its texts' UTF-8 bytes each followed by a zero byte; null for other kinds.</param>
public sealed record TrajectoryContext(string? Type, long? Length, string? Sha256);
