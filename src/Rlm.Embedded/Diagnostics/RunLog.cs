using Microsoft.Extensions.Logging;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Diagnostics;

/// <summary>Logs the events of a tree of runs: names and numbers, and what was said and run only at Trace.</summary>
internal sealed partial class RunLog
{
    private readonly ILogger _logger;

    private RunLog(ILogger logger) => _logger = logger;

    /// <summary>One for a tree of runs, or null when nothing of it would be logged.</summary>
    public static RunLog? Begin(ILogger? logger) => logger is not null && logger.IsEnabled(LogLevel.Information) ? new RunLog(logger) : null;

    public void Observe(RlmEvent happened)
    {
        switch (happened)
        {
            case RlmEvent.RunStarted started:
                LogStarted(_logger, started.RunId, started.ParentRunId ?? "nobody", started.Depth, started.Model, started.MaxTurns);
                LogQuestion(_logger, started.RunId, started.Question);
                break;
            case RlmEvent.ContextLoaded loaded:
                LogContext(_logger, loaded.RunId, loaded.Context.Type, loaded.Context.Characters, loaded.Elapsed.TotalMilliseconds);
                break;
            case RlmEvent.Replied replied:
                var (sent, received) = LogValue.Of(replied.Tokens);
                LogReplied(_logger, replied.RunId, replied.Turn, replied.Elapsed.TotalMilliseconds, sent, received);
                LogReply(_logger, replied.RunId, replied.Turn, replied.Text);
                break;
            case RlmEvent.CellStarted started:
                LogCode(_logger, started.RunId, started.Turn, started.Cell, started.Code);
                break;
            case RlmEvent.CellEnded { Result: var result } ended:
                LogCell(_logger, ended.RunId, ended.Turn, ended.Cell, result.Elapsed.TotalMilliseconds, result.Error?.Type ?? "none", result.Stopped);
                LogOutput(_logger, ended.RunId, ended.Turn, ended.Cell, result.Stdout, result.Stderr, result.Error?.Traceback ?? "");
                break;
            case RlmEvent.SubCallEnded { SubCall: var call } ended:
                var (asked, given) = LogValue.Of(call.Tokens);
                LogSubCall(_logger, ended.RunId, call.Call.Kind, call.Model, call.Elapsed.TotalMilliseconds, asked, given, call.Error is not null);
                break;
            case RlmEvent.RunEnded { Result: var result } ended:
                LogEnded(_logger, ended.RunId, result.StopReason, result.Turns, result.Usage.Calls, result.Times.Total.TotalMilliseconds);
                LogAnswer(_logger, ended.RunId, result.Text);
                break;
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Run {RunId} ended: {Reason}, turns {Turns}, calls {Calls}, {Milliseconds:0} ms")]
    private static partial void LogEnded(ILogger logger, string runId, StopReason reason, int turns, int calls, double milliseconds);

    [LoggerMessage(EventId = 10, Level = LogLevel.Debug, Message = "Run {RunId}, called by {ParentRunId}, started at depth {Depth}: model {Model}, most turns {MaxTurns}")]
    private static partial void LogStarted(ILogger logger, string runId, string parentRunId, int depth, string model, int maxTurns);

    [LoggerMessage(EventId = 11, Level = LogLevel.Debug, Message = "Run {RunId}: context {Type} of {Characters} characters loaded in {Milliseconds:0} ms")]
    private static partial void LogContext(ILogger logger, string runId, string type, long characters, double milliseconds);

    [LoggerMessage(EventId = 12, Level = LogLevel.Debug, Message = "Run {RunId}, turn {Turn}: reply in {Milliseconds:0} ms, tokens in {InputTokens}, out {OutputTokens}")]
    private static partial void LogReplied(ILogger logger, string runId, int turn, double milliseconds, object inputTokens, object outputTokens);

    [LoggerMessage(EventId = 13, Level = LogLevel.Debug, Message = "Run {RunId}, turn {Turn}, cell {Cell}: {Milliseconds:0} ms, error {Error}, stopped {Stopped}")]
    private static partial void LogCell(ILogger logger, string runId, int turn, int cell, double milliseconds, string error, Repl.CellStop stopped);

    [LoggerMessage(EventId = 14, Level = LogLevel.Debug, Message = "Run {RunId}: sub-call {Kind} to {Model} in {Milliseconds:0} ms, tokens in {InputTokens}, out {OutputTokens}, failed {Failed}")]
    private static partial void LogSubCall(
        ILogger logger, string runId, Repl.SubCallKind kind, string model, double milliseconds, object inputTokens, object outputTokens, bool failed);

    [LoggerMessage(EventId = 20, Level = LogLevel.Trace, Message = "Run {RunId}, question: {Text}")]
    private static partial void LogQuestion(ILogger logger, string runId, string text);

    [LoggerMessage(EventId = 21, Level = LogLevel.Trace, Message = "Run {RunId}, turn {Turn}, reply: {Text}")]
    private static partial void LogReply(ILogger logger, string runId, int turn, string text);

    [LoggerMessage(EventId = 22, Level = LogLevel.Trace, Message = "Run {RunId}, turn {Turn}, cell {Cell}, code: {Code}")]
    private static partial void LogCode(ILogger logger, string runId, int turn, int cell, string code);

    [LoggerMessage(EventId = 23, Level = LogLevel.Trace, Message = "Run {RunId}, turn {Turn}, cell {Cell}, stdout: {Stdout} stderr: {Stderr} {Traceback}")]
    private static partial void LogOutput(ILogger logger, string runId, int turn, int cell, string stdout, string stderr, string traceback);

    [LoggerMessage(EventId = 24, Level = LogLevel.Trace, Message = "Run {RunId}, answer: {Text}")]
    private static partial void LogAnswer(ILogger logger, string runId, string text);
}
