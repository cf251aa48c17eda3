namespace Rlm.Embedded.Models;

/// <summary>Gives out moments to begin, at most so many a minute, in the order they are asked for (generic cell rate algorithm).</summary>
internal sealed class PacedStart(int perMinute, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _step = TimeSpan.FromMinutes(1) / perMinute;

    /// <summary>How far ahead of the even pace a burst may run.</summary>
    private readonly TimeSpan _burst = TimeSpan.FromSeconds(1);

    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait = Take();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the next moment.</summary>
    /// <returns>How long it is until then.</returns>
    internal TimeSpan Take()
    {
        lock (_lock)
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset due = _next > now ? _next : now;
            _next = due + _step;
            return due - now - _burst;
        }
    }
}
