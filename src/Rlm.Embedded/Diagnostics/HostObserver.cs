using Microsoft.Extensions.Logging;

namespace Rlm.Embedded.Diagnostics;

/// <summary>An observer of the host's, for one tree of runs. A run that is paid for does not end because somebody could not watch it.</summary>
internal sealed partial class HostObserver(Action<RlmEvent> observer, ILogger? logger)
{
    private int _failed;

    public void Observe(RlmEvent happened)
    {
        if (Volatile.Read(ref _failed) != 0)
        {
            return;
        }

        try
        {
            observer(happened);
        }
        catch (Exception cause)
        {
            if (Interlocked.Exchange(ref _failed, 1) == 0 && logger is not null)
            {
                LogFailed(logger, cause, happened.GetType().Name, happened.RunId);
            }
        }
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Warning, Message = "An observer failed at {Event} of run {RunId} and is told nothing more of this run. See RlmOptions.Observers")]
    private static partial void LogFailed(ILogger logger, Exception cause, string @event, string runId);
}
