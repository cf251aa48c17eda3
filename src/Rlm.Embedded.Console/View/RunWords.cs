using System.Globalization;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.View;

/// <summary>What all views say of events, in one line each, cleaned.</summary>
internal static class RunWords
{
    private const int QuotedCharacters = 60;

    public static string Of(RlmEvent.TurnStarted turn) => turn.Turn > turn.MaxTurns ? "last call" : $"turn {turn.Turn}/{turn.MaxTurns}";

    public static string Of(RlmEvent.ContextLoaded loaded) =>
        string.Create(CultureInfo.InvariantCulture, $"context: {loaded.Context.Type} of {loaded.Context.Characters:N0} characters, loaded in {Durations.Show(loaded.Elapsed)}");

    public static string Of(RlmCompaction compaction) =>
        string.Create(CultureInfo.InvariantCulture, $"{compaction.Messages} messages of about {compaction.TokensBefore:N0} tokens summarised in {Durations.Show(compaction.Elapsed)}");

    /// <summary>How a cell ended.</summary>
    public static string Of(CellResult result)
    {
        var printed = result.Stdout.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $", printed {result.Stdout.Length:N0} characters") : "";
        var ended = result.Stopped != CellStop.None ? $"stopped ({result.Stopped.ToString().ToLowerInvariant()})"
            : result.Error is { } error ? $"{error.Type}: {ShownText.FirstLine(error.Message, 160)}"
            : result.FinalAnswer is not null ? "final answer"
            : "done";
        return $"{ended} in {Durations.Show(result.Elapsed - result.SubCallTime)}{printed}";
    }

    /// <summary>What a sub-call asked and got.</summary>
    public static string Of(RlmSubCall call)
    {
        var tokens = call.Tokens is { } known ? string.Create(CultureInfo.InvariantCulture, $", {known.Total:N0} tokens") : "";
        var got = call.Error is { } error ? $"failed: {ShownText.FirstLine(error, QuotedCharacters * 2)}" : $"\"{ShownText.FirstLine(call.Response, QuotedCharacters)}\" ({Length(call.Response)})";
        return $"{(call.Child is null ? "sub-call" : "child")} to {ShownText.Clean(call.Model)}: \"{ShownText.FirstLine(call.Call.Prompt, QuotedCharacters)}\" ({Length(call.Call.Prompt)}) -> {got}{tokens}, {Durations.Show(call.Elapsed)}";
    }

    /// <summary>Why a run ended and what it took.</summary>
    public static string Of(RlmResult result)
    {
        var usage = result.Usage;
        var cost = usage.Cost is { } dollars ? string.Create(CultureInfo.InvariantCulture, $", ${dollars:0.####}") : "";
        var tokens = string.Create(CultureInfo.InvariantCulture, $"{usage.RootTokens.Total:N0} tokens of the root model, {usage.SubTokens.Total:N0} of sub-calls");
        return $"{result.StopReason}: {Count(result.Turns, "turn")}, {Count(usage.Calls, "call")}, {Count(usage.SubCalls, "sub-call")}, {tokens}{cost}, {Durations.Show(result.Times.Total)}";
    }

    private static string Length(string text) => string.Create(CultureInfo.InvariantCulture, $"{text.Length:N0} characters");

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");
}
