using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Samples;

/// <summary>A question about a file of any length.</summary>
internal static class QuickStart
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        await using var rlm = new RecursiveLanguageModel(model);
        RlmResult result = await rlm.CompleteAsync(RlmContext.FromFile(file), question);
        Console.WriteLine($"{result.Text} ({result.Turns} turns, {result.Usage.Tokens.Total} tokens, {result.Times.Total.TotalSeconds:0.0} s)");
    }
}
