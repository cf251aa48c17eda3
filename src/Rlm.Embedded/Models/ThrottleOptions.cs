using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Models;

/// <summary>What <see cref="ThrottledChatClient"/> allows. A value that makes no sense is refused where it is set, with <see cref="ArgumentOutOfRangeException"/>.</summary>
public sealed class ThrottleOptions
{
    private const string NoLimit = "Give null for any number.";

    /// <summary>How many calls may be in flight at once, at least 1; null for any number.</summary>
    public int? MaxConcurrency
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ThrottleOptions), NoLimit);
    }

    /// <summary>How many calls may begin in a minute, at least 1; null for any number. They are spread evenly after a first burst of a second's worth.</summary>
    public int? RequestsPerMinute
    {
        get;
        init => field = OptionRange.AtLeast(value, 1, nameof(ThrottleOptions), NoLimit);
    }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
