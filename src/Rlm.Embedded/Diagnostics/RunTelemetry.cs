using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Diagnostics;

/// <summary>
/// Makes spans and measurements of the events of a tree of runs. Parents are named, not taken from the thread: sub-calls come from
/// the interpreter's threads, where no activity is current.
/// </summary>
internal sealed class RunTelemetry
{
    private static readonly ActivitySource s_source = new(RlmTelemetry.SourceName);
    private static readonly Meter s_meter = new(RlmTelemetry.SourceName);
    private static readonly Histogram<double> s_runs = s_meter.CreateHistogram<double>("rlm.run.duration", "s", "Wall time of runs, children included.");
    private static readonly Histogram<long> s_turns = s_meter.CreateHistogram<long>("rlm.run.turns", "{turn}", "Turns of runs.");
    private static readonly Histogram<double> s_cells = s_meter.CreateHistogram<double>("rlm.cell.duration", "s", "Wall time of cells, their sub-calls excluded.");
    private static readonly Histogram<double> s_subCalls = s_meter.CreateHistogram<double>("rlm.sub_call.duration", "s", "Wall time of sub-calls.");

    private readonly ConcurrentDictionary<string, RunSpans> _runs = new(StringComparer.Ordinal);

    private RunTelemetry()
    {
    }

    /// <summary>One for a tree of runs, or null when nobody listens.</summary>
    public static RunTelemetry? Begin() =>
        s_source.HasListeners() || s_runs.Enabled || s_turns.Enabled || s_cells.Enabled || s_subCalls.Enabled ? new RunTelemetry() : null;

    public void Observe(RlmEvent happened)
    {
        switch (happened)
        {
            case RlmEvent.RunStarted started:
                _runs[started.RunId] = Start(started);
                break;
            case RlmEvent.RunEnded ended when _runs.TryRemove(ended.RunId, out var spans):
                End(spans, ended);
                break;
            default:
                if (_runs.TryGetValue(happened.RunId, out var run))
                {
                    Observe(run, happened);
                }

                break;
        }
    }

    private static void Observe(RunSpans run, RlmEvent happened)
    {
        switch (happened)
        {
            case RlmEvent.ContextLoaded loaded:
                run.Run?.SetTag("rlm.context.type", loaded.Context.Type);
                run.Run?.SetTag("rlm.context.characters", loaded.Context.Characters);
                break;
            case RlmEvent.TurnStarted started:
                run.Turn = StartChild(run.Run, "rlm.turn");
                run.Turn?.SetTag("rlm.turn.number", started.Turn);
                break;
            case RlmEvent.TurnEnded ended:
                run.Turn?.SetTag("rlm.turn.cells", ended.Turn.Cells.Count);
                run.Turn?.Stop();
                run.Turn = null;
                break;
            case RlmEvent.CellStarted started:
                run.Cell = StartChild(run.Turn, "execute_tool python");
                run.Cell?.SetTag("gen_ai.operation.name", "execute_tool");
                run.Cell?.SetTag("gen_ai.tool.name", "python");
                run.Cell?.SetTag("gen_ai.tool.type", "function");
                run.Cell?.SetTag("rlm.cell.number", started.Cell);
                break;
            case RlmEvent.CellEnded ended:
                End(run, ended.Result);
                break;
            case RlmEvent.SubCallStarted when run.Cell is { } cell:
                Activity.Current = cell; // for the flow of this call: the model's own span begins in it
                break;
            case RlmEvent.SubCallEnded { SubCall: var call }:
                Measure(call);
                break;
        }
    }

    private RunSpans Start(RlmEvent.RunStarted started)
    {
        var parent = started.ParentRunId is { } id && _runs.TryGetValue(id, out var above) ? above.Cell ?? above.Run : null;
        var run = parent is null ? s_source.StartActivity("invoke_agent rlm") : StartChild(parent, "invoke_agent rlm");
        run?.SetTag("gen_ai.operation.name", "invoke_agent");
        run?.SetTag("gen_ai.agent.name", "rlm");
        run?.SetTag("gen_ai.request.model", started.Model);
        run?.SetTag("rlm.run.id", started.RunId);
        run?.SetTag("rlm.depth", started.Depth);
        return new RunSpans { Run = run };
    }

    private static Activity? StartChild(Activity? parent, string name) =>
        parent is null ? null : s_source.StartActivity(name, ActivityKind.Internal, parent.Context);

    private static void End(RunSpans run, CellResult result)
    {
        var failure = result.Stopped == CellStop.None ? result.Error?.Type : result.Stopped.ToString();
        var tags = new TagList();
        if (failure is not null)
        {
            tags.Add("error.type", failure);
            Fail(run.Cell, failure);
        }

        s_cells.Record((result.Elapsed - result.SubCallTime).TotalSeconds, tags);
        run.Cell?.Stop();
        run.Cell = null;
    }

    private static void End(RunSpans spans, RlmEvent.RunEnded ended)
    {
        var result = ended.Result;
        var tags = new TagList { { "rlm.stop_reason", result.StopReason.ToString() }, { "rlm.depth", ended.Depth } };
        s_runs.Record(result.Times.Total.TotalSeconds, tags);
        s_turns.Record(result.Turns, tags);
        if (spans.Run is { } run)
        {
            run.SetTag("rlm.stop_reason", result.StopReason.ToString());
            run.SetTag("rlm.turns", result.Turns);
            run.SetTag("rlm.calls", result.Usage.Calls);
            run.SetTag("rlm.sub_calls", result.Usage.SubCalls);
            run.SetTag("rlm.direct", result.IsDirect);
            run.SetTag("gen_ai.usage.input_tokens", result.Usage.Tokens.Input);
            run.SetTag("gen_ai.usage.output_tokens", result.Usage.Tokens.Output);
            run.SetTag("gen_ai.usage.cache_read.input_tokens", result.Usage.Tokens.CachedInput);
            run.SetTag("gen_ai.usage.reasoning.output_tokens", result.Usage.Tokens.Reasoning);
            if (ended.Failure is { } failure)
            {
                Fail(run, failure.GetType().Name);
            }
        }

        spans.Cell?.Stop();
        spans.Turn?.Stop();
        spans.Run?.Stop();
    }

    private static void Measure(RlmSubCall call)
    {
        var tags = new TagList { { "rlm.sub_call.kind", call.Call.Kind.ToString() }, { "gen_ai.request.model", call.Model } };
        if (call.Error is not null)
        {
            tags.Add("error.type", "sub_call_failed");
        }

        s_subCalls.Record(call.Elapsed.TotalSeconds, tags);
    }

    private static void Fail(Activity? activity, string type)
    {
        activity?.SetTag("error.type", type);
        activity?.SetStatus(ActivityStatusCode.Error);
    }

    private sealed class RunSpans
    {
        public Activity? Run { get; init; }

        public Activity? Turn { get; set; }

        public Activity? Cell { get; set; }
    }
}
