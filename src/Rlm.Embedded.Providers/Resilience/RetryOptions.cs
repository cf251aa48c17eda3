using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Providers;

/// <summary>How <see cref="RetryChatClient"/> repeats calls. A value that makes no sense is refused where it is set, with <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed class RetryOptions
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    /// <summary>How often a failed call is sent again; 0 for never. Default 2.</summary>
    public int MaxRetries
    {
        get;
        init => field = OptionRange.AtLeast(value, 0, nameof(RetryOptions))!.Value;
    }
    = 2;

    /// <summary>The middle of the first wait; each further one is twice as long. 0 for none, at most a day. Default 0.5 s.</summary>
    public TimeSpan BaseDelay
    {
        get;
        init => field = OptionRange.NotNegative(value, s_day, nameof(RetryOptions));
    }
    = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait of our own choosing. At most a day. Default 30 s.</summary>
    public TimeSpan MaxDelay
    {
        get;
        init => field = OptionRange.Positive(value, nameof(RetryOptions), "", s_day)!.Value;
    }
    = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait a server may ask for (Retry-After); a call that is asked to wait longer fails at once. At most a day. Default 2 minutes.</summary>
    public TimeSpan MaxRetryAfter
    {
        get;
        init => field = OptionRange.NotNegative(value, s_day, nameof(RetryOptions));
    }
    = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after the first try another may still begin. A call that timed out has used that up, so that nobody waits for the same
    /// silence three times. At most a day. Default 3 minutes.
    /// </summary>
    public TimeSpan MaxElapsed
    {
        get;
        init => field = OptionRange.NotNegative(value, s_day, nameof(RetryOptions));
    }
    = TimeSpan.FromMinutes(3);

    /// <summary>
    /// False: a stream is repeated only while none of its content has been handed on. True: a stream is held back until it is
    /// complete, so one that breaks in the middle is repeated too. Default false.
    /// </summary>
    public bool BufferStreams { get; init; }

    /// <summary>Called before each wait with the failure, the number of the retry (from 1) and the wait.</summary>
    public Action<ModelCallException, int, TimeSpan>? OnRetry { get; init; }

    /// <summary>The clock of the waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Random numbers from 0 to 1 for the jitter; null for a shared source.</summary>
    public Func<double>? Random { get; init; }
}
