using System.Text;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <content>What outlives the messages that are sent: compaction, and the history a session keeps.</content>
internal sealed partial class RlmRun
{
    private readonly ContextGauge _gauge;
    private readonly ConversationLog _log = new();
    private RlmCompaction? _compaction;
    private string? _answer;
    private string? _historyName;

    /// <summary>Replaces the messages by a summary of the root model's when they fill its window.</summary>
    private async ValueTask CompactAsync(IReplEnvironment repl, int turn, CancellationToken cancellationToken)
    {
        if (!_gauge.IsDue(_messages, out var tokens))
        {
            return;
        }

        var names = _session?.HistoryNames ?? HistoryNames();
        await repl.GiveAsync(names, RlmContext.FromMessages(_log.Read(_messages)), cancellationToken).ConfigureAwait(false);
        var newest = _messages[^1].Text;
        List<ChatMessage> asked = [.. _messages[..^1], new ChatMessage(ChatRole.User, newest + "\n\n" + PromptText.Compaction)];
        var started = _scope.Clock.GetTimestamp();
        if (await SummariseAsync(asked, turn, started, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            return; // the turn's own call meets the same limit
        }

        var summary = SummaryOf(reply, names[0]);
        _compaction = new RlmCompaction
        {
            Summary = summary,
            HistoryName = names[0],
            Messages = _messages.Count - 1,
            TokensBefore = tokens,
            Tokens = reply.Tokens,
            Elapsed = _scope.Clock.GetElapsedTime(started),
        };
        GoOnFrom(summary, names[0], newest);
        _feed?.Write(new RlmEvent.Compacted(turn, _compaction));
    }

    private async ValueTask<ModelReply?> SummariseAsync(List<ChatMessage> asked, int turn, long started, CancellationToken cancellationToken)
    {
        try
        {
            var call = await _ledger.CallAsync(_role, _root, asked, token => RootCall.AskAsync(_root, asked, token), cancellationToken).ConfigureAwait(false);
            return call.Reply;
        }
        catch (Exception cause) when (cause is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _scope.Setup.Logger?.RootCallFailed(cause, _root.Name, turn);
            var partial = Result(new RunOutcome(StopReason.ModelFailed, _lastText));
            throw new RlmModelException($"The root model '{_root.Name}' failed to summarise before turn {turn}: {cause.Message}", cause, partial);
        }
        finally
        {
            _times.Model += _scope.Clock.GetElapsedTime(started);
        }
    }

    // What is missing of a summary is said, and where to find it: the messages themselves are gone.
    private static string SummaryOf(ModelReply reply, string historyName)
    {
        var words = reply.End == ReplyEnd.Refused ? "" : Parsing.SpokenReply.AnswerOf(reply.Text).Trim();
        return reply.End switch
        {
            ReplyEnd.Complete when words.Length > 0 => words,
            _ when words.Length > 0 => $"{words}\n[The summary was cut off here. Everything so far is in `{historyName}`.]",
            _ => $"(There is no summary: {(reply.End is ReplyEnd.Refused or ReplyEnd.Filtered ? "it was refused" : "the reply was empty")}. Everything so far is in `{historyName}`.)",
        };
    }

    // The question stays as it was asked, and what the model has not yet answered to stays in its own words.
    private void GoOnFrom(string summary, string historyName, string newest)
    {
        var shown = new StringBuilder();
        OutputCut.Append(shown, newest, _gauge.NewestCharacters, $"{historyName}[-1][\"content\"] has all of it");
        List<ChatMessage> messages =
        [
            _messages[0],
            _messages[1],
            new(ChatRole.Assistant, summary),
            new(ChatRole.User, PromptTemplate.Render(PromptText.Compacted, ("history", historyName), ("newest", shown.ToString()))),
        ];
        _log.Keep(_messages, messages.Count);
        _messages.Clear();
        _messages.AddRange(messages);
        _sent = 0;
        _gauge.Restart(_messages);
    }

    // A variable of the model's own is not taken from it.
    private IReadOnlyList<string> HistoryNames()
    {
        const string Name = "history";
        var taken = _historyName is null && _variables.Any(variable => variable.Name == Name);
        return [_historyName ??= taken ? "conversation_history" : Name];
    }

    private ValueTask LeaveAsync(IReplEnvironment repl)
    {
        if (_session is null)
        {
            return repl.DisposeAsync();
        }

        var history = _log.Read(_messages);
        _session.End(_answer is null ? history : [.. history, new ChatMessage(ChatRole.Assistant, _answer)], _variables, _replLost);
        return default;
    }
}
