using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>The time that a run and its children have. Its token is the caller's when there is no limit.</summary>
internal sealed class RunDeadline : IDisposable
{
    private readonly TimeSpan? _limit;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource? _passed;
    private readonly CancellationTokenSource? _either;

    public RunDeadline(TimeSpan? limit, TimeProvider clock, CancellationToken caller)
    {
        _limit = limit;
        _clock = clock;
        _started = clock.GetTimestamp();
        _caller = caller;
        Token = caller;
        if (limit is { } time)
        {
            _passed = new CancellationTokenSource(time, clock);
            _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _passed.Token);
            Token = _either.Token;
        }
    }

    /// <summary>Cancelled by the caller or when the time is up.</summary>
    public CancellationToken Token { get; }

    /// <summary>The time is up, and the caller has not cancelled: that would count for more.</summary>
    public bool HasPassed => _passed is { IsCancellationRequested: true } && !_caller.IsCancellationRequested;

    public TimeSpan? Left => _limit - _clock.GetElapsedTime(_started);

    public LimitReached Reached => new(StopReason.Time, $"the limit of {_limit!.Value.TotalSeconds:0.###} s has passed", nameof(RlmOptions.MaxTime));

    public void Dispose()
    {
        _either?.Dispose();
        _passed?.Dispose();
    }
}
