using System.Text.RegularExpressions;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Tests.Engine.Trees;

/// <summary>Does what the cells of a <see cref="RandomTree"/> say, without Python.</summary>
internal sealed partial class RandomRepl(RandomTree tree, ReplSessionOptions options) : IReplEnvironment
{
    private bool _hasDraft;

    public ContextInfo Context => new("str", 1, [1]);

    public async ValueTask<CellResult> ExecuteAsync(Cell cell, CancellationToken cancellationToken = default)
    {
        tree.Happens();
        try
        {
            foreach (var line in cell.Code.Split('\n'))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Query().Match(line) is { Success: true } query)
                {
                    await CallAsync(query, cancellationToken);
                }
                else if (line.StartsWith("FINAL", StringComparison.Ordinal))
                {
                    return new CellResult { FinalAnswer = line };
                }
                else if (line == "undefined_name")
                {
                    return FakeRepl.Failure("NameError", line);
                }
                else
                {
                    _hasDraft = true;
                }
            }

            return new CellResult { Stdout = "ok" };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new CellResult { Stopped = CellStop.Cancelled };
        }
    }

    public ValueTask<ContextInfo> GiveAsync(IReadOnlyList<string> names, RlmContext value, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<SavedVariables> SaveAsync(Stream destination, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<RestoredVariables> RestoreAsync(Stream source, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<string?> RenderVariableAsync(string name, CancellationToken cancellationToken = default) =>
        new(_hasDraft ? """{"content": "draft", "ready": false}""" : null);

    public ValueTask DisposeAsync()
    {
        tree.SessionEnds();
        return ValueTask.CompletedTask;
    }

    private async ValueTask CallAsync(Match query, CancellationToken cancellationToken)
    {
        var call = new SubCall(
            query.Groups["kind"].Value == "rlm" ? SubCallKind.Rlm : SubCallKind.Llm,
            query.Groups["prompt"].Value,
            query.Groups["model"] is { Success: true } model ? model.Value : null);
        if (query.Groups["count"] is { Success: true } count)
        {
            var calls = Enumerable.Repeat(call, int.Parse(count.Value)).ToArray();
            var replies = await options.SubCalls!.CallBatchAsync(calls, cancellationToken);
            if (replies.Count != calls.Length)
            {
                throw new InvalidOperationException($"{calls.Length} prompts got {replies.Count} replies.");
            }

            tree.BatchEnds(calls.Length, replies.Count(reply => RefusedForNumber().IsMatch(reply)));
        }
        else
        {
            await options.SubCalls!.CallAsync(call, cancellationToken);
        }
    }

    [GeneratedRegex(@"^Error: no call was made: .* (sub-calls? (is|are) left|sub-calls? is used up)\.", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RefusedForNumber();

    [GeneratedRegex(@"^r = (?<kind>llm|rlm)_query(_batched)?\(\[?'(?<prompt>\w+)'(\] \* (?<count>\d+))?(, model='(?<model>\w+)')?\)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Query();
}
