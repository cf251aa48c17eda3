namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>What the models of a tree would put on the bill: the truth that the engine's ledger is held against.</summary>
internal sealed class TreeBill
{
    private readonly Lock _gate = new();

    public int Calls { get; private set; }

    public int Failures { get; private set; }

    public int Unreported { get; private set; }

    public TokenUsage Tokens { get; private set; }

    public decimal Cost { get; private set; }

    public long Root { get; private set; }

    public long Sub { get; private set; }

    /// <summary>The most that one call was to take.</summary>
    public long MostRoot { get; private set; }

    public long MostSub { get; private set; }

    public decimal MostCost { get; private set; }

    public void AddCall(bool root, long expected, decimal expectedCost)
    {
        lock (_gate)
        {
            Calls++;
            MostRoot = root ? Math.Max(MostRoot, expected) : MostRoot;
            MostSub = root ? MostSub : Math.Max(MostSub, expected);
            MostCost = Math.Max(MostCost, expectedCost);
        }
    }

    public void AddFailure()
    {
        lock (_gate)
        {
            Failures++;
        }
    }

    public void AddUnreported()
    {
        lock (_gate)
        {
            Unreported++;
        }
    }

    public void Add(bool root, TokenUsage tokens, decimal cost)
    {
        lock (_gate)
        {
            Tokens += tokens;
            Cost += cost;
            Root += root ? tokens.Total : 0;
            Sub += root ? 0 : tokens.Total;
        }
    }
}
