using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Cli.View;

namespace Rlm.Embedded.Cli.Niah;

/// <summary>`rlm niah` for people: what was found and where the time went.</summary>
internal static class NiahTable
{
    public static void Write(Terminal terminal, NiahOutcome outcome, int repeat)
    {
        RlmResult result = outcome.Result;
        ResultTable facts = new("needle in a haystack");
        facts.Add("model", outcome.Model);
        facts.Add("context", $"{Count(outcome.Haystack.Lines, "line")}, {outcome.Haystack.Text.Length:N0} characters");
        facts.Add("needle", $"{outcome.Haystack.Needle} on line {outcome.Haystack.NeedleLine + 1:N0}");
        facts.Add("answer", Terminal.Clean(result.Text.Trim()));
        facts.Add("found", outcome.Found ? "yes" : "no");
        facts.Add("work", $"{Count(result.Turns, "turn")}, {Count(outcome.Cells, "cell")}, {Count(result.Usage.SubCalls, "sub-call")}");
        facts.Write(terminal);

        ResultTable times = outcome.WarmSplit is null
            ? new ResultTable("time", "first run")
            : new ResultTable("time", "first run", repeat == 1 ? "second run" : $"median of {repeat} more");
        Add(times, "generate", outcome, split => split.Generate);
        Add(times, "context load", outcome, split => split.ContextLoad);
        Add(times, "cells", outcome, split => split.Cells);
        Add(times, "model", outcome, split => split.Model);
        Add(times, "harness", outcome, split => split.Harness);
        Add(times, "all", outcome, split => split.Generate + split.ContextLoad + split.Cells + split.Model + split.Harness);
        times.Write(terminal);
    }

    private static string Count(int number, string thing) => number == 1 ? $"1 {thing}" : $"{number:N0} {thing}s";

    private static void Add(ResultTable table, string name, NiahOutcome outcome, Func<TimeSplit, TimeSpan> part)
    {
        if (outcome.WarmSplit is { } warm)
        {
            table.Add(name, Durations.Show(part(outcome.Split)), Durations.Show(part(warm)));
        }
        else
        {
            table.Add(name, Durations.Show(part(outcome.Split)));
        }
    }
}
