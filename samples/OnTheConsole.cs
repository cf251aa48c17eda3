using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Samples;

/// <summary>A run shown on the console as it happens.</summary>
internal static class OnTheConsole
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        await using var shown = new RecursiveLanguageModel(model, new RlmOptions().UseConsole());
        Console.WriteLine(await shown.CompleteAsync(RlmContext.FromFile(file), question));
    }
}
