using System.Globalization;
using System.Text;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>Tells the model what it has: at first of every limit, later of limits that were set, and of those that nobody set when more than half is gone.</summary>
internal static class BudgetNote
{
    /// <summary>A sentence, or empty.</summary>
    public static string Of(RlmOptions options, ModelRole role, BudgetLeft left, TimeSpan? time, int errors, bool isFirst = false)
    {
        var text = new StringBuilder();
        if (role == ModelRole.Root)
        {
            AddTokens(text, options.MaxRootTokens, left.RootTokens, isFirst, "tokens for your own turns");
        }

        AddTokens(text, options.MaxSubTokens, left.SubTokens, isFirst, role == ModelRole.Root ? "tokens for sub-calls" : "tokens for your own turns and sub-calls");
        if (left.SubCalls is { } calls)
        {
            Add(text, $"{Math.Max(0, calls):N0} of {options.MaxSubCalls:N0} sub-calls");
        }

        if (left.Cost is { } cost)
        {
            Add(text, $"{LimitedAmount.Dollars(decimal.Round(Math.Max(0, cost), 4))} of {LimitedAmount.Dollars(options.MaxCost!.Value)}");
        }

        if (time is { } span)
        {
            Add(text, $"{Math.Max(0, Math.Round(span.TotalSeconds)):N0} of {options.MaxTime!.Value.TotalSeconds:N0} s");
        }

        if (options.MaxConsecutiveErrors is { } most && (errors > 0 || isFirst))
        {
            Add(text, $"{most - errors:N0} failed cell{(most - errors == 1 ? "" : "s")} in a row before the run ends");
        }

        return text.Length == 0 ? "" : text.Append('.').ToString();
    }

    private static void AddTokens(StringBuilder text, long? limit, decimal? left, bool isFirst, string what)
    {
        if (limit is { } most && left is { } rest && (isFirst || most != RlmOptions.DefaultTokens || rest * 2 < most))
        {
            Add(text, $"{LimitedAmount.Count(Math.Max(0, rest))} of {LimitedAmount.Count(most)} {what}");
        }
    }

    private static void Add(StringBuilder text, FormattableString part) =>
        text.Append(text.Length == 0 ? "Left: " : "; ").Append(part.ToString(CultureInfo.InvariantCulture));
}
