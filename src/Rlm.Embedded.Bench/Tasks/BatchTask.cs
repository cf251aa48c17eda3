using System.Globalization;
using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>llm_query_batched of 1,000 prompts through the whole engine to a model that answers at once; timed by the cell itself.</summary>
internal static class BatchTask
{
    private const int Prompts = 1_000;

    private const string Code =
        "import time\nprompts = ['prompt %d' % i for i in range(1000)]\nstart = time.perf_counter()\n"
        + "replies = CALL\nspent = time.perf_counter() - start\nassert len(replies) == 1000\nFINAL('%.9f' % spent)";

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        Pair[] pairs = await Interleaved.RunAsync(quick ? 21 : 101, () => TimeAsync("[len(p) for p in prompts]"), () => TimeAsync("llm_query_batched(prompts)"));
        return [Row.ByValue("batch of 1,000 instant prompts, per prompt", pairs[0], "us", 3, "floor: len() of each; Restricted, whole engine")];
    }

    private static async Task<double> TimeAsync(string call)
    {
        using ScriptedChatClient model = new ScriptedChatClient { RecordCalls = false }.Then($"```repl\n{Code.Replace("CALL", call, StringComparison.Ordinal)}\n```").Otherwise(_ => "yes");
        RlmResult result = await Inputs.RunAsync(model, RlmContext.FromText("none"), "0.");
        return double.Parse(result.Text, CultureInfo.InvariantCulture) * 1e6 / Prompts;
    }
}
