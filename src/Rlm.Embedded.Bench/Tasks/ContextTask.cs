using Rlm.Embedded.Bench.Floors;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>A session opened on a large context and closed again.</summary>
internal static class ContextTask
{
    private const int FileBytes = 100_000_000;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        int rounds = quick ? 9 : 51;
        string text = Inputs.Haystack(Inputs.NeedleLines, out _);
        Pair[] memory = await Interleaved.RunAsync(
            rounds,
            () => Interleaved.TimeAsync(() =>
            {
                FreshPages.Narrow(text);
                return Task.CompletedTask;
            }),
            () => OpenAsync(RlmContext.FromText(text)));
        string path = Path.GetTempFileName();
        try
        {
            byte[] bytes = new byte[FileBytes];
            Array.Fill(bytes, (byte)'a');
            await File.WriteAllBytesAsync(path, bytes);
            Pair[] file = await Interleaved.RunAsync(
                rounds,
                () => Interleaved.TimeAsync(() =>
                {
                    FreshPages.Read(path);
                    return Task.CompletedTask;
                }),
                () => OpenAsync(RlmContext.FromFile(path)));
            return
            [
                Row.ByRatio($"context from a string of {text.Length / 1e6:0.0}M characters", memory[0], "ms", 1.5),
                Row.ByRatio("context from a file of 100 MB", file[0], "ms", 1.3, "floor: read + memcpy; file in the page cache"),
            ];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Task<double> OpenAsync(RlmContext context) => Interleaved.TimeAsync(async () =>
    {
        await using EmbeddedRepl repl = await Inputs.OpenAsync(SandboxProfile.Restricted, context);
    });
}
