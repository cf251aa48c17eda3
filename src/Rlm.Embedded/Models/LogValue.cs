namespace Rlm.Embedded.Models;

/// <summary>Values of log messages that may be missing: a logger would write "(null)".</summary>
internal static class LogValue
{
    private const string Unknown = "unknown";

    /// <summary>The number, which structured logs keep as one, or "unknown".</summary>
    public static object Of(long? number) => number is { } known ? known : Unknown;

    /// <summary>Tokens sent and received.</summary>
    public static (object Input, object Output) Of(TokenUsage? tokens) => (Of(tokens?.Input), Of(tokens?.Output));

    /// <summary>The text, or "unknown".</summary>
    public static string Of(string? text) => text ?? Unknown;
}
