using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say how much a run may use.</summary>
internal sealed class AskLimits
{
    private const string Steps = "--max-steps";
    private const string RootTokens = "--max-root-tokens";
    private const string SubTokens = "--max-sub-tokens";
    private const string SubCalls = "--max-sub-calls";
    private const string Cost = "--max-cost";
    private const string Time = "--max-time";
    private const long Most = 1_000_000_000_000;
    private const int MostSteps = 100_000;
    private const int MostDepth = 100;
    private const int DefaultSteps = 30;

    private readonly Option<long?> _steps = Flag.Count(1, MostSteps, "Turns the model may take. Default 30.", Steps);
    private readonly Option<long?> _depth = Flag.Count(0, MostDepth, "Levels of sessions: 1, the default; 2 lets rlm_query open children; 0 has the model answer at once, without Python.", "--max-depth");
    private readonly Option<long?> _rootTokens = Flag.Count(0, Most, "Tokens for the model's own turns. Default 1,000,000.", RootTokens);
    private readonly Option<long?> _subTokens = Flag.Count(0, Most, "Tokens for all sub-calls together. Default 1,000,000.", SubTokens);
    private readonly Option<long?> _subCalls = Flag.Count(0, int.MaxValue, "Sub-calls the code may make. Default: any number.", SubCalls);
    private readonly Option<decimal?> _cost = Flag.Dollars("US dollars for all calls together. Default: no limit. Of models that `rlm models` does not list, --price-in and --price-out say the price.", Cost);
    private readonly Option<TimeSpan?> _time = Flag.Seconds("Seconds for the whole run. Default: no limit.", Time);

    public Option[] Flags => [_steps, _depth, _rootTokens, _subTokens, _subCalls, _cost, _time];

    /// <summary>The steps there are.</summary>
    public int StepsOf(ParseResult line) => (int)(line.GetValue(_steps) ?? DefaultSteps);

    /// <summary>Whether the model answers without a session.</summary>
    public bool IsWithoutSession(ParseResult line) => line.GetValue(_depth) == 0;

    /// <summary>What was given, as something that sets it.</summary>
    public Action<RlmOptions> Read(ParseResult line) => options =>
    {
        options.MaxTurns = StepsOf(line);
        options.MaxDepth = (int)(line.GetValue(_depth) ?? options.MaxDepth);
        options.MaxRootTokens = line.GetValue(_rootTokens) ?? options.MaxRootTokens;
        options.MaxSubTokens = line.GetValue(_subTokens) ?? options.MaxSubTokens;
        options.MaxSubCalls = (int?)line.GetValue(_subCalls);
        options.MaxCost = line.GetValue(_cost);
        options.MaxTime = line.GetValue(_time);
    };

    /// <summary>The flag that would have allowed more, or null.</summary>
    public static string? FlagOf(StopReason reason) => reason switch
    {
        StopReason.Turns => Steps,
        StopReason.RootTokens => RootTokens,
        StopReason.SubTokens => SubTokens,
        StopReason.SubCalls => SubCalls,
        StopReason.Cost => Cost,
        StopReason.Time => Time,
        _ => null,
    };
}
