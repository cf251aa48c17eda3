using Microsoft.Extensions.AI;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>The needle run on 1,000,000 lines, and where its time goes.</summary>
internal static class NeedleTask
{
    private const string Search = "import re\nm = re.search(r'magic number is (\\d+)', context)\nprint(m.group(1))";

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        string text = Inputs.Haystack(Inputs.NeedleLines, out int needle);
        RlmContext context = RlmContext.FromText(text);
        RawThread thread = new();
        RawCells raw = null!;
        thread.Run(() => raw = new RawCells());
        List<RlmTimes> scripted = [];
        List<RlmTimes> offline = [];
        using OfflineModel offlineModel = new();
        Pair[] pairs = await Interleaved.RunAsync(
            quick ? 9 : 51,
            () => Task.FromResult(thread.Time(() => CopyAndScan(raw, text))),
            () => RunAsync(Script(), context, needle, scripted),
            () => RunAsync(offlineModel, context, needle, offline));
        return
        [
            Row.ByValue("needle run, 3 turns, instant scripted model", pairs[0], "ms", 50, "floor: copy + one scan; " + Split(scripted)),
            Row.ByValue("needle run, offline model", pairs[1], "ms", 50, Split(offline)),
        ];
    }

    private static ScriptedChatClient Script() => new ScriptedChatClient { RecordCalls = false }
        .Then("```repl\nprint(len(context), context[:200])\n```")
        .Then($"```repl\n{Search}\n```")
        .Then("```repl\nFINAL(m.group(1))\n```");

    private static unsafe void CopyAndScan(RawCells raw, string text)
    {
        using (Owned context = new(PythonError.Check(PyText.ToPython(text))))
        {
            raw.Set("context"u8, context.Pointer);
        }

        raw.Run(Search);
        raw.Set("context"u8, CApi.Py_None);
    }

    private static Task<double> RunAsync(IChatClient model, RlmContext context, int needle, List<RlmTimes> times) =>
        Interleaved.TimeAsync(async () => times.Add((await Inputs.RunAsync(model, context, $"{needle}")).Times));

    private static string Split(List<RlmTimes> times)
    {
        string Part(Func<RlmTimes, TimeSpan> part) => $"{Interleaved.Median(times.Skip(1).Select(time => part(time).TotalMilliseconds)):0.00}";
        return $"load {Part(t => t.ContextLoad)}, cells {Part(t => t.Cells)}, model {Part(t => t.Model)}, harness {Part(t => t.Harness)} ms";
    }
}
