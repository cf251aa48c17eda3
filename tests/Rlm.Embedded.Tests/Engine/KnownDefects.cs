using Rlm.Embedded.Models;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>Runs code in the embedded Python as a root model would write it.</summary>
internal static class KnownDefects
{
    /// <summary>The result of a run whose root model writes these blocks, turn by turn.</summary>
    public static async Task<RlmResult> RunAsync(RlmContext context, Action<RlmOptions>? configure, params string[] blocks)
    {
        var options = new RlmOptions();
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(Writing(blocks), options);
        return await rlm.CompleteAsync(context, "?");
    }

    public static Task<RlmResult> RunAsync(params string[] blocks) => RunAsync(RlmContext.FromText("context"), null, blocks);

    public static ScriptedChatClient Writing(params string[] blocks) => new([.. blocks.Select(RlmFixture.Block)]);
}
