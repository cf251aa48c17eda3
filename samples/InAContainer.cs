using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Rlm.Embedded.Samples;

/// <summary>From a container: its client is the root model, its logger and clock are used.</summary>
internal static class InAContainer
{
    public static async Task RunAsync(IChatClient model, string file, string question)
    {
        var services = new ServiceCollection();
        services.AddSingleton(model);
        services.AddRlm(options => options.MaxTurns = 20);

        await using ServiceProvider provider = services.BuildServiceProvider();
        var rlm = provider.GetRequiredService<RecursiveLanguageModel>();
        Console.WriteLine((await rlm.CompleteAsync(RlmContext.FromFile(file), question)).Text);
    }
}
