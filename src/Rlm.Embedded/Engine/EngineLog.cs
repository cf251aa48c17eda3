using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Engine;

/// <summary>What the engine logs: names and numbers, never prompts or replies.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Run ended: {Reason} after {Turns} turns, {Calls} calls, {Milliseconds} ms")]
    public static partial void RunEnded(this ILogger logger, StopReason reason, int turns, int calls, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Root model {Model} failed in turn {Turn}")]
    public static partial void RootCallFailed(this ILogger logger, Exception cause, string model, int turn);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Sub-call to {Model} failed")]
    public static partial void SubCallFailed(this ILogger logger, Exception cause, string model);
}
