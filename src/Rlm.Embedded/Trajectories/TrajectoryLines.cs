using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Trajectories;

/// <summary>Makes lines of what happened.</summary>
internal static class TrajectoryLines
{
    public static TrajectoryIteration Of(string runId, RlmTurn turn) => new()
    {
        RunId = runId,
        Timestamp = turn.StartedAt,
        Iteration = turn.Number,
        Prompt = [.. turn.Messages.Select(message => new TrajectoryMessage(message.Role.Value, Text(message)))],
        Compaction = turn.Compaction is { } made ? new TrajectoryCompaction(made.HistoryName, made.Messages, made.TokensBefore, TrajectoryTokens.Of(made.Tokens)) : null,
        Response = turn.Reply,
        ReplyEnd = turn.ReplyEnd == ReplyEnd.Complete ? null : TrajectoryJson.SnakeCase(turn.ReplyEnd),
        Reasoning = turn.Reasoning.Length > 0 ? turn.Reasoning : null,
        CodeBlocks = [.. turn.Cells.Select(cell => new TrajectoryCodeBlock(cell.Code, Of(cell)))],
        FinalAnswer = turn.Cells.Count > 0 ? turn.Cells[^1].Result.FinalAnswer : null,
        IterationTime = turn.Elapsed.TotalSeconds,
        ModelTime = turn.ModelTime.TotalSeconds,
        Tokens = TrajectoryTokens.Of(turn.Tokens),
    };

    public static TrajectoryEnd Of(RlmEvent.RunEnded ended, DateTimeOffset now)
    {
        var result = ended.Result;
        return new TrajectoryEnd
        {
            RunId = ended.RunId,
            Timestamp = now,
            StopReason = TrajectoryJson.SnakeCase(result.StopReason),
            FinalAnswer = result.Text,
            Direct = result.IsDirect,
            Iterations = result.Turns,
            Usage = result.Usage.Models.ToDictionary(model => model.Key, model => Of(model.Value), StringComparer.Ordinal),
            RootTokens = TrajectoryTokens.Of(result.Usage.RootTokens),
            SubTokens = TrajectoryTokens.Of(result.Usage.SubTokens),
            SubCalls = result.Usage.SubCalls,
            TotalTime = result.Times.Total.TotalSeconds,
            ContextLoadTime = result.Times.ContextLoad.TotalSeconds,
            CellTime = result.Times.Cells.TotalSeconds,
            ModelTime = result.Times.Model.TotalSeconds,
            Error = ended.Failure is { } failure ? $"{failure.GetType().Name}: {SecretText.Scrub(failure.Message)}" : null,
        };
    }

    private static TrajectoryUsage Of(ModelUsage usage) =>
        new(usage.Calls, usage.FailedCalls, usage.CachedCalls, TrajectoryTokens.Of(usage.Tokens)!, usage.Cost);

    private static TrajectoryCellResult Of(RlmCell cell)
    {
        var result = cell.Result;
        return new TrajectoryCellResult
        {
            Stdout = result.Stdout,
            Stderr = result.Error is { } error ? result.Stderr + error.Traceback : result.Stderr,
            Locals = Locals(result.Variables),
            ExecutionTime = result.Elapsed.TotalSeconds,
            SubCallTime = result.SubCallTime.TotalSeconds,
            RlmCalls = [.. cell.SubCalls.Select(Of)],
            FinalAnswer = result.FinalAnswer,
            Stopped = result.Stopped == CellStop.None ? null : TrajectoryJson.SnakeCase(result.Stopped),
        };
    }

    private static TrajectoryCall Of(RlmSubCall call) => new()
    {
        RootModel = call.Model,
        Kind = TrajectoryJson.SnakeCase(call.Call.Kind),
        Prompt = call.Call.Prompt,
        Response = call.Response,
        Tokens = TrajectoryTokens.Of(call.Tokens),
        ExecutionTime = call.Elapsed.TotalSeconds,
        Error = call.Error is { } error ? SecretText.Scrub(error) : null,
        ChildRunId = call.Child?.RunId,
    };

    private static Dictionary<string, string> Locals(IReadOnlyList<ReplVariable> variables)
    {
        var locals = new Dictionary<string, string>(variables.Count, StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            locals[variable.Name] = variable.Type;
        }

        return locals;
    }

    private static string Text(ChatMessage message) =>
        message.Contents is [TextContent only] ? only.Text : string.Concat(message.Contents.Select(content => content switch
        {
            TextContent text => text.Text,
            DataContent data => $"[{data.MediaType}, {data.Data.Length} bytes]",
            _ => $"[{content.GetType().Name}]",
        }));
}
