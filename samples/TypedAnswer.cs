using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Samples;

/// <summary>An answer of a type: checked against its schema, and sent back to the model until it fits.</summary>
internal static class TypedAnswer
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        await using var rlm = new RecursiveLanguageModel(model);
        RlmResult<int> number = await rlm.CompleteAsync<int>(RlmContext.FromFile(file), question);
        Console.WriteLine($"half of it is {number.Value / 2}");
    }
}
