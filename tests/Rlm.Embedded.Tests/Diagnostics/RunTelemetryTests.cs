using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using NUnit.Framework;
using Rlm.Embedded.Diagnostics;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Diagnostics;

/// <summary>Runs in the real interpreter: parents must be right across its threads.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class RunTelemetryTests
{
    private const string Secret = "nobody may see this";

    [Test]
    public async Task Run_Listened_HasASpanForEachRunTurnCellAndCall()
    {
        var spans = await SpansAsync();

        var run = spans.Single(span => span.OperationName == "invoke_agent rlm" && span.GetTagItem("rlm.depth") is 0);
        var turns = Below(run);
        turns.Select(span => span.OperationName).ShouldBe(["rlm.turn", "rlm.turn"]);
        Below(turns[0]).Select(span => span.OperationName).ShouldBe(["chat root", "execute_tool python"]);
        var cell = Below(turns[0])[1];
        Below(cell).Select(span => span.OperationName).ShouldBe(["chat sub", "chat sub", "chat sub", "invoke_agent rlm"]);
        var child = Below(cell)[3];
        child.GetTagItem("rlm.depth").ShouldBe(1);
        Below(child).ShouldHaveSingleItem().OperationName.ShouldBe("rlm.turn");
        Below(Below(child)[0]).Select(span => span.OperationName).ShouldBe(["chat sub", "execute_tool python"]);
        spans.Select(span => span.TraceId).Distinct().Count().ShouldBe(1);
        spans.ShouldAllBe(span => span.Duration > TimeSpan.Zero);

        List<Activity> Below(Activity parent) => [.. spans.Where(span => span.ParentSpanId == parent.SpanId).OrderBy(span => span.OperationName == "execute_tool python" || span.OperationName == "invoke_agent rlm").ThenBy(span => span.StartTimeUtc)];
    }

    [Test]
    public async Task Run_Listened_AttributesAreTheConventions()
    {
        var spans = await SpansAsync();

        var run = spans.Single(span => span.GetTagItem("rlm.depth") is 0);
        run.GetTagItem("gen_ai.operation.name").ShouldBe("invoke_agent");
        run.GetTagItem("gen_ai.agent.name").ShouldBe("rlm");
        run.GetTagItem("gen_ai.usage.input_tokens").ShouldBe(60L);
        run.GetTagItem("rlm.stop_reason").ShouldBe("FinalAnswer");
        run.GetTagItem("rlm.context.characters").ShouldBe(31L);
        var failed = spans.Single(span => span.Status == ActivityStatusCode.Error);
        failed.OperationName.ShouldBe("execute_tool python");
        failed.GetTagItem("error.type").ShouldBe("ZeroDivisionError");
        spans.SelectMany(span => span.TagObjects).ShouldAllBe(tag => !$"{tag.Value}".Contains(Secret, StringComparison.Ordinal));
    }

    [Test]
    public async Task Run_CallersActivity_IsTheParent()
    {
        using var source = new ActivitySource("test");
        var spans = await SpansAsync(() => source.StartActivity("caller"));

        var caller = spans.Single(span => span.OperationName == "caller");
        spans.Single(span => span.GetTagItem("rlm.depth") is 0).ParentSpanId.ShouldBe(caller.SpanId);
    }

    [Test]
    public async Task Run_Cancelled_ClosesItsSpans()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        using var source = new CancellationTokenSource();
        var root = new ScriptedChatClient().Then(_ =>
        {
            source.Cancel();
            return Block("1");
        });
        await using var rlm = new RecursiveLanguageModel(root);

        await CancelledAsync(() => rlm.CompleteAsync(Book, "?", source.Token));

        spans.Select(span => span.OperationName).ShouldContain("rlm.turn");
        spans.Single(span => span.OperationName == "invoke_agent rlm").GetTagItem("error.type").ShouldBe("RlmCanceledException");
        Activity.Current.ShouldBeNull();
    }

    [Test]
    public async Task Run_Measured_CountsRunsCellsSubCallsAndTokens()
    {
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == RlmTelemetry.SourceName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => measured.AddOrUpdate(instrument.Name, 1, (_, count) => count + 1));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();

        await CompleteAsync();

        measured["rlm.run.duration"].ShouldBe(2);
        measured["rlm.run.turns"].ShouldBe(3);
        measured["rlm.cell.duration"].ShouldBe(3);
        measured["rlm.sub_call.duration"].ShouldBe(4);
        measured["gen_ai.client.operation.duration"].ShouldBe(6);
        measured["gen_ai.client.token.usage"].ShouldBe(66);
    }

    private static async Task<List<Activity>> SpansAsync(Func<Activity?>? around = null)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = Listen(spans);
        using (around?.Invoke())
        {
            await CompleteAsync();
        }

        return [.. spans];
    }

    private static ActivityListener Listen(ConcurrentQueue<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is RlmTelemetry.SourceName or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Two turns; in the first a plain sub-call, a batch of two and a child, and the second fails in its first cell.</summary>
    private static async Task CompleteAsync()
    {
        var root = ScriptedChatClient.Named("root")
            .Then(WithUsage(Block($"print('{Secret}')\nllm_query('one')\nllm_query_batched(['two', 'three'])\nrlm_query('{Secret}')"), 10, 1))
            .Then(WithUsage(Block($"answer['content'] = '{Secret}'\nanswer['ready'] = True\n1/0"), 10, 1));
        var sub = ScriptedChatClient.Named("sub").Otherwise(call => WithUsage(call.Messages.Count > 1 ? Block("FINAL('child')") : "said", 10, 1));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 2 });

        var result = await rlm.CompleteAsync(Book, Secret);

        result.StopReason.ShouldBe(StopReason.FinalAnswer);
    }
}
