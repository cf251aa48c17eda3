using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Samples;

/// <summary>A run as it happens.</summary>
internal static class Streaming
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        await using var rlm = new RecursiveLanguageModel(model);
        await foreach (RlmEvent happened in rlm.StreamAsync(RlmContext.FromFile(file), question))
        {
            Console.Write(happened switch
            {
                RlmEvent.TextDelta delta => delta.Text,
                RlmEvent.CellOutput output => output.Output.Text,
                RlmEvent.SubCallEnded call => $"[{call.SubCall.Model}: {call.SubCall.Response}]\n",
                RlmEvent.RunEnded { Depth: 0 } ended => $"\nanswer: {ended.Result.Text}\n",
                _ => "",
            });
        }
    }
}
