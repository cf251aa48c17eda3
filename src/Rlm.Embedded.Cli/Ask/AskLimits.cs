using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say how much a run may use.</summary>
internal sealed class AskLimits
{
    private const string RootTokens = "--max-root-tokens";
    private const string SubTokens = "--max-sub-tokens";
    private const string SubCalls = "--max-sub-calls";
    private const string Cost = "--max-cost";
    private const string Time = "--max-time";
    private const long Most = 1_000_000_000_000;

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(40);

    private readonly Option<long?> _rootTokens = new(RootTokens) { Description = "Tokens for the model's own turns. Default 1,000,000.", HelpName = "N" };
    private readonly Option<long?> _subTokens = new(SubTokens) { Description = "Tokens for all sub-calls together. Default 1,000,000.", HelpName = "N" };
    private readonly Option<long?> _subCalls = new(SubCalls) { Description = "Sub-calls the code may make. Default: any number.", HelpName = "N" };
    private readonly Option<decimal?> _cost = new(Cost) { Description = "US dollars for all calls together. Default: no limit. Needs models with known prices: `rlm models`.", HelpName = "USD" };
    private readonly Option<double?> _time = new(Time) { Description = "Seconds for the whole run. Default: no limit.", HelpName = "SECONDS" };

    public void AddTo(Command command)
    {
        command.Add(_rootTokens);
        command.Add(_subTokens);
        command.Add(_subCalls);
        command.Add(_cost);
        command.Add(_time);
    }

    /// <summary>What was given, as something that sets it.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public Action<RlmOptions> Read(ParseResult line)
    {
        var rootTokens = Count(line, _rootTokens);
        var subTokens = Count(line, _subTokens);
        var subCalls = Count(line, _subCalls, int.MaxValue);
        var cost = line.GetValue(_cost);
        if (cost < 0)
        {
            throw new UsageException($"{_cost.Name} is {cost}; it must be 0 or more.");
        }

        TimeSpan? time = line.GetValue(_time) is { } seconds ? Numbers.Seconds(seconds, _time.Name) : null;
        return options =>
        {
            options.MaxRootTokens = rootTokens ?? options.MaxRootTokens;
            options.MaxSubTokens = subTokens ?? options.MaxSubTokens;
            options.MaxSubCalls = (int?)subCalls;
            options.MaxCost = cost;
            options.MaxTime = time > s_longest ? s_longest : time;
        };
    }

    /// <summary>The flag that would have allowed more, or null.</summary>
    public static string? FlagOf(StopReason reason) => reason switch
    {
        StopReason.RootTokens => RootTokens,
        StopReason.SubTokens => SubTokens,
        StopReason.SubCalls => SubCalls,
        StopReason.Cost => Cost,
        StopReason.Time => Time,
        _ => null,
    };

    private static long? Count(ParseResult line, Option<long?> option, long most = Most) =>
        line.GetValue(option) is { } value ? Numbers.Within(value, 0, most, option.Name) : null;
}
