using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Engine;

/// <summary>What the engine logs of failures, with their exceptions. What happens in a run is logged by Diagnostics/RunLog.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Root model {Model} failed in turn {Turn}")]
    public static partial void RootCallFailed(this ILogger logger, Exception cause, string model, int turn);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "The client of model {Model} cannot send these of its chat options, so they do nothing: {Options}")]
    public static partial void OptionsUnsent(this ILogger logger, string model, string options);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "Sub-call to {Model} failed")]
    public static partial void SubCallFailed(this ILogger logger, Exception cause, string model);
}
