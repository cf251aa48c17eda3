using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Samples;

/// <summary>The REPL alone, without any model.</summary>
internal static class ReplAlone
{
    public static async Task RunAsync()
    {
        await using var repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Context = RlmContext.FromText("one two") });
        CellResult cell = await repl.ExecuteAsync(new Cell("len(context.split())"));
        Console.Write(cell.Stdout); // 2
    }
}
