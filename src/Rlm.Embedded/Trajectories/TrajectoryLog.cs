using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Trajectories;

/// <summary>What is logged of trajectories.</summary>
internal static partial class TrajectoryLog
{
    [LoggerMessage(EventId = 30, Level = LogLevel.Error, Message = "The trajectory {Path} ends here: it cannot be written to")]
    public static partial void TrajectoryLost(this ILogger logger, Exception cause, string path);
}
