using System.Diagnostics;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Diagnostics;

namespace Rlm.Embedded.Samples;

/// <summary>A console exporter of its own: the spans of a run as a tree.</summary>
internal static class TraceTree
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RlmTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await using var rlm = new RecursiveLanguageModel(model);
        await rlm.CompleteAsync(RlmContext.FromFile(file), question);
        Print(spans, parent: default, indent: "");
    }

    private static void Print(List<Activity> spans, ActivitySpanId parent, string indent)
    {
        foreach (Activity span in spans.Where(span => span.ParentSpanId == parent).OrderBy(span => span.StartTimeUtc))
        {
            string tokens = span.GetTagItem("gen_ai.usage.input_tokens") is { } input ? $", {input} tokens in, {span.GetTagItem("gen_ai.usage.output_tokens")} out" : "";
            Console.WriteLine($"{indent}{span.OperationName}: {span.Duration.TotalMilliseconds:0.0} ms{tokens}");
            Print(spans, span.SpanId, indent + "  ");
        }
    }
}
