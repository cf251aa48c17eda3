namespace Rlm.Embedded.Models;

/// <summary>What <see cref="ThrottledChatClient"/> allows.</summary>
public sealed class ThrottleOptions
{
    /// <summary>How many calls may be in flight at once; null for any number.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>How many calls may begin in a minute; null for any number. They are spread evenly after a first burst of a second's worth.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
