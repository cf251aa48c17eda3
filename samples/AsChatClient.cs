using Microsoft.Extensions.AI;
using Rlm.Embedded.Chat;

namespace Rlm.Embedded.Samples;

/// <summary>An IChatClient in, an IChatClient out: only long messages become runs.</summary>
internal static class AsChatClient
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        string book = await File.ReadAllTextAsync(file);

        using IChatClient client = new RecursiveChatClient(model);
        ChatResponse answer = await client.GetResponseAsync([new(ChatRole.User, book), new(ChatRole.User, question)]);
        Console.WriteLine($"{answer.Text} ({answer.Usage?.TotalTokenCount} tokens)");
    }
}
