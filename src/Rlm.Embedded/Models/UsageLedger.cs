namespace Rlm.Embedded.Models;

/// <summary>Adds up calls and tokens of a run; what a child uses is its parent's too. Thread-safe.</summary>
internal sealed class UsageLedger(UsageLedger? parent)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _models = new(StringComparer.Ordinal);
    private int _subCalls;

    /// <summary>Counts a call to a model.</summary>
    /// <param name="model">The name it is accounted under.</param>
    /// <param name="reply">The reply, or null when the call ended in an exception.</param>
    public void AddCall(string model, ModelReply? reply)
    {
        for (var ledger = this; ledger is not null; ledger = ledger.Parent)
        {
            ledger.Count(model, reply);
        }
    }

    /// <summary>Counts sub-calls that code made.</summary>
    public void AddSubCalls(int count)
    {
        for (var ledger = this; ledger is not null; ledger = ledger.Parent)
        {
            Interlocked.Add(ref ledger._subCalls, count);
        }
    }

    public RlmUsage Snapshot()
    {
        lock (_gate)
        {
            var models = new Dictionary<string, ModelUsage>(_models.Count, StringComparer.Ordinal);
            var usage = new RlmUsage { SubCalls = _subCalls, Models = models };
            foreach (var (name, entry) in _models)
            {
                models[name] = new ModelUsage(entry.Calls, entry.Failed, entry.Unreported, entry.Tokens) { CachedCalls = entry.Cached, Cost = entry.Cost };
                usage = usage with
                {
                    Calls = usage.Calls + entry.Calls,
                    FailedCalls = usage.FailedCalls + entry.Failed,
                    UnreportedCalls = usage.UnreportedCalls + entry.Unreported,
                    CachedCalls = usage.CachedCalls + entry.Cached,
                    Cost = Sum(usage.Cost, entry.Cost),
                    Tokens = usage.Tokens + entry.Tokens,
                };
            }

            return usage;
        }
    }

    private UsageLedger? Parent => parent;

    private static decimal? Sum(decimal? left, decimal? right) => left is null ? right : left + (right ?? 0);

    private void Count(string model, ModelReply? reply)
    {
        lock (_gate)
        {
            if (!_models.TryGetValue(model, out var entry))
            {
                _models[model] = entry = new Entry();
            }

            entry.Calls++;
            entry.Failed += reply is null ? 1 : 0;
            entry.Unreported += reply?.Tokens is null ? 1 : 0;
            entry.Cached += reply?.FromCache is true ? 1 : 0;
            entry.Cost = Sum(entry.Cost, reply?.Cost);
            entry.Tokens += reply?.Tokens ?? default;
        }
    }

    private sealed class Entry
    {
        public int Calls { get; set; }

        public int Failed { get; set; }

        public int Unreported { get; set; }

        public int Cached { get; set; }

        public decimal? Cost { get; set; }

        public TokenUsage Tokens { get; set; }
    }
}
