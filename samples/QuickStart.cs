using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Samples;

/// <summary>A question about a file of any length, within limits.</summary>
internal static class QuickStart
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        await using var rlm = new RecursiveLanguageModel(model, new RlmOptions { MaxTurns = 20, MaxTime = TimeSpan.FromMinutes(5) });
        RlmResult result = await rlm.CompleteAsync(RlmContext.FromFile(file), question);
        Console.WriteLine($"{result.Text} ({result.StopReason}, {result.Turns} turns, {result.Usage.Tokens.Total} tokens)");

        var book = await File.ReadAllTextAsync(file);
        RlmResult same = await rlm.CompleteAsync(book + "\n\n" + question);
        Console.WriteLine(same);
    }
}
