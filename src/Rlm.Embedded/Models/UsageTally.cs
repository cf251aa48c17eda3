namespace Rlm.Embedded.Models;

/// <summary>The sums of one run and its children. Not thread-safe: its ledger locks.</summary>
internal sealed class UsageTally
{
    private readonly Dictionary<string, Entry> _models = new(StringComparer.Ordinal);

    public int SubCalls { get; set; }

    public int RefusedSubCalls { get; set; }

    private TokenUsage RootTokens { get; set; }

    private TokenUsage SubTokens { get; set; }

    public void Count(ModelRole role, string model, ModelReply? reply, TokenUsage tokens, decimal? cost, bool estimated)
    {
        if (!_models.TryGetValue(model, out var entry))
        {
            _models[model] = entry = new Entry();
        }

        entry.Calls++;
        entry.Failed += reply is null ? 1 : 0;
        entry.Unreported += reply?.Tokens is null ? 1 : 0;
        entry.Cached += reply?.FromCache is true ? 1 : 0;
        entry.Unpriced += reply is not null && cost is null ? 1 : 0;
        entry.Cost = Sum(entry.Cost, cost);
        entry.Tokens += tokens;
        RootTokens += role == ModelRole.Root ? tokens : default;
        SubTokens += role == ModelRole.Sub ? tokens : default;
        entry.Estimated += estimated ? tokens : default;
    }

    public RlmUsage Snapshot()
    {
        var models = new Dictionary<string, ModelUsage>(_models.Count, StringComparer.Ordinal);
        var usage = new RlmUsage { SubCalls = SubCalls, RefusedSubCalls = RefusedSubCalls, RootTokens = RootTokens, SubTokens = SubTokens, Models = models };
        foreach (var (name, entry) in _models)
        {
            models[name] = new ModelUsage(entry.Calls, entry.Failed, entry.Unreported, entry.Tokens)
            {
                CachedCalls = entry.Cached,
                EstimatedTokens = entry.Estimated,
                Cost = entry.Cost,
            };
            usage = usage with
            {
                Calls = usage.Calls + entry.Calls,
                FailedCalls = usage.FailedCalls + entry.Failed,
                UnreportedCalls = usage.UnreportedCalls + entry.Unreported,
                CachedCalls = usage.CachedCalls + entry.Cached,
                UnpricedCalls = usage.UnpricedCalls + entry.Unpriced,
                Cost = Sum(usage.Cost, entry.Cost),
                Tokens = usage.Tokens + entry.Tokens,
                EstimatedTokens = usage.EstimatedTokens + entry.Estimated,
            };
        }

        return usage;
    }

    private static decimal? Sum(decimal? left, decimal? right) => left is null ? right : left + (right ?? 0);

    private sealed class Entry
    {
        public int Calls { get; set; }

        public int Failed { get; set; }

        public int Unreported { get; set; }

        public int Cached { get; set; }

        public int Unpriced { get; set; }

        public decimal? Cost { get; set; }

        public TokenUsage Tokens { get; set; }

        public TokenUsage Estimated { get; set; }
    }
}
