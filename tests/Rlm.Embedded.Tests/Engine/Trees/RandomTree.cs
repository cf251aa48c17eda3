using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>A run with random models, cells, limits and concurrency, from a seed. The order of what is concurrent is not the seed's.</summary>
internal sealed class RandomTree
{
    public static readonly ModelPrice Price = new(3m, 0.5m, 15m);
    private readonly Random _random;
    private int _cellsLeft;
    private int _events;
    private int _open;
    private int _inFlight;

    public RandomTree(int seed, bool real, bool limited = true)
    {
        _random = new Random(seed);
        IsReal = real;
        ReportsAlways = Chance(50);
        FailurePercent = Chance(70) ? Next(1, 30) : 0;
        _cellsLeft = Next(2, real ? 10 : 40);
        Options = MakeOptions(limited);
        Root = new RandomModel(this, "root");
    }

    public bool IsReal { get; }

    public bool ReportsAlways { get; }

    public int FailurePercent { get; }

    public TreeBill Bill { get; } = new();

    public RlmOptions Options { get; }

    public IChatClient Root { get; }

    /// <summary>Called with the number of each thing that happens: calls, cells.</summary>
    public Action<int>? WhenHappens { get; set; }

    public int Open => Volatile.Read(ref _open);

    public int InFlight => Volatile.Read(ref _inFlight);

    public int Next(int from, int below)
    {
        lock (_random)
        {
            return _random.Next(from, below);
        }
    }

    public bool Chance(int percent) => Next(0, 100) < percent;

    public void Happens() => WhenHappens?.Invoke(Interlocked.Increment(ref _events));

    public void CallBegins()
    {
        Interlocked.Increment(ref _inFlight);
        Happens();
    }

    public void CallEnds() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Batches of which the limit of sub-calls refused all prompts.</summary>
    public int RefusedBatches { get; private set; }

    /// <summary>Batches of which it refused some only: there must be none.</summary>
    public int TornBatches { get; private set; }

    public void BatchEnds(int prompts, int refused)
    {
        lock (_random)
        {
            RefusedBatches += refused > 0 && refused == prompts ? 1 : 0;
            TornBatches += refused > 0 && refused < prompts ? 1 : 0;
        }
    }

    public void SessionEnds() => Interlocked.Decrement(ref _open);

    /// <summary>What a loop's model writes. With no cells left it answers, so that the tree ends.</summary>
    public string Reply()
    {
        if (Interlocked.Decrement(ref _cellsLeft) < 0)
        {
            return "```repl\nFINAL('over')\n```";
        }

        var lines = new List<string>();
        for (var calls = Next(0, 3); calls > 0; calls--)
        {
            lines.Add(Next(0, 10) switch
            {
                0 or 1 => "r = llm_query('one')",
                2 => "r = llm_query('named', model='fast')",
                3 => "r = llm_query('nobody', model='nobody')",
                4 or 5 or 6 => $"r = llm_query_batched(['{new string('p', Next(1, 200))}'] * {(Chance(30) ? 50 : Next(0, 12))})",
                7 => "r = rlm_query('child')",
                _ => $"r = rlm_query_batched(['child'] * {(Chance(5) ? 50 : Next(1, 5))})",
            });
        }

        lines.Add(Chance(10) ? "undefined_name" : Chance(30) ? "FINAL('done')" : "answer['content'] = 'draft'");
        return Chance(5) ? "Let me think about it." : $"```repl\n{string.Join('\n', lines)}\n```";
    }

    private RlmOptions MakeOptions(bool limited)
    {
        var root = new ChatOptions { MaxOutputTokens = 64 };
        var sub = new ChatOptions { MaxOutputTokens = 32 };
        var options = new RlmOptions
        {
            MaxDepth = 3,
            MaxTurns = Next(1, 6),
            SubCallConcurrency = Next(1, 17),
            ChildConcurrency = Next(1, 5),
            RootChatOptions = root,
            SubChatOptions = sub,
            SystemPrompt = Chance(70) ? "Write code." : null,
            SubModel = Chance(60) ? new RandomModel(this, "sub") : null,
            Models = { ["fast"] = new RandomModel(this, "fast") },
            Prices = { ["root"] = Price, ["sub"] = Price, ["fast"] = Price },
            OpenRepl = OpenAsync,
        };
        if (limited)
        {
            options.MaxRootTokens = Chance(40) ? Next(0, 6_000) : null;
            options.MaxSubTokens = Chance(50) ? Next(0, 8_000) : null;
            options.MaxCost = Chance(40) ? Next(0, 60) / 1_000m : null;
            options.MaxSubCalls = Chance(40) ? Next(0, 120) : null;
            options.MaxConsecutiveErrors = Chance(30) ? Next(1, 4) : null;
        }

        return options;
    }

    private async ValueTask<IReplEnvironment> OpenAsync(ReplSessionOptions session, CancellationToken cancellationToken)
    {
        Happens();
        if (IsReal)
        {
            return await EmbeddedRepl.OpenAsync(session, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _open);
        return new RandomRepl(this, session);
    }
}
