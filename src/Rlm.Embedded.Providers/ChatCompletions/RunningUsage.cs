using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>
/// The usage of one streamed answer. Servers that state it more than once state sums so far, or one count early and the other late:
/// the largest of each is what was used, and it is handed on once, at the end.
/// </summary>
internal sealed class RunningUsage
{
    private UsageDetails? _usage;
    private double? _cost;

    public void Add(UsageDetails? usage, double? cost)
    {
        _cost = Max(_cost, cost);
        if (usage is null)
        {
            return;
        }

        _usage ??= new UsageDetails();
        _usage.InputTokenCount = Max(_usage.InputTokenCount, usage.InputTokenCount);
        _usage.OutputTokenCount = Max(_usage.OutputTokenCount, usage.OutputTokenCount);
        _usage.CachedInputTokenCount = Max(_usage.CachedInputTokenCount, usage.CachedInputTokenCount);
        _usage.ReasoningTokenCount = Max(_usage.ReasoningTokenCount, usage.ReasoningTokenCount);
        _usage.TotalTokenCount = Max(Max(_usage.TotalTokenCount, usage.TotalTokenCount), _usage.InputTokenCount + _usage.OutputTokenCount);
        foreach ((string name, long count) in usage.AdditionalCounts ?? [])
        {
            _usage.AdditionalCounts ??= [];
            _usage.AdditionalCounts[name] = Math.Max(count, _usage.AdditionalCounts.GetValueOrDefault(name));
        }
    }

    /// <summary>Fills in an update, or null when nothing was stated.</summary>
    public ChatResponseUpdate? Update(ChatResponseUpdate update)
    {
        if (_usage is not null)
        {
            update.Contents.Add(new UsageContent(_usage));
        }

        if (_cost is { } cost)
        {
            // An update that belongs to no message gives its properties to the response.
            update.Role = null;
            update.MessageId = null;
            update.AdditionalProperties = new() { [ChatUsageReader.CostKey] = cost };
        }

        return _usage is null && _cost is null ? null : update;
    }

    private static long? Max(long? one, long? other) => one is null || other > one ? other : one;

    private static double? Max(double? one, double? other) => one is null || other > one ? other : one;
}
