namespace Rlm.Embedded.Models;

/// <summary>What a tree of runs may still use; null where there is no limit. Less than nothing after the one reservation too many.</summary>
/// <param name="RootTokens">Tokens of the loop.</param>
/// <param name="SubTokens">Tokens of sub-calls and children.</param>
/// <param name="Cost">US dollars.</param>
/// <param name="SubCalls">Sub-calls.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BudgetLeft(decimal? RootTokens, decimal? SubTokens, decimal? Cost, int? SubCalls);
