using Rlm.Embedded.Models;

namespace Rlm.Embedded.Samples;

/// <summary>How one's own code is tested: the model's replies are a script, and the Python in them really runs.</summary>
internal static class WithoutAModel
{
    public static async Task RunAsync()
    {
        var script = new ScriptedChatClient("```repl\nFINAL(len(context))\n```");
        await using var scripted = new RecursiveLanguageModel(script);
        RlmResult length = await scripted.CompleteAsync(RlmContext.FromText("four"), "How long is it?");
        Console.WriteLine($"{length} after {script.Calls.Count} call");
    }
}
