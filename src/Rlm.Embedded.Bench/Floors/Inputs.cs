using System.Text;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Bench.Floors;

/// <summary>What several measurements work on.</summary>
internal static class Inputs
{
    /// <summary>The trivial cell.</summary>
    public const string Cell = "x = 40 + 2\nprint(x)";

    public const int NeedleLines = 1_000_000;

    private static readonly string[] s_words = ["barn", "straw", "stalk", "field", "meadow", "haystack", "threshing"];

    /// <summary>rlm-minimal's haystack, about 38.5 characters a line, with a needle between 40% and 60%.</summary>
    public static string Haystack(int lines, out int needle)
    {
        Random random = new(1);
        needle = random.Next(1_000_000, 10_000_000);
        int at = random.Next(lines * 4 / 10, lines * 6 / 10);
        StringBuilder text = new(lines * 40);
        for (int line = 0; line < lines; line++)
        {
            if (line == at)
            {
                text.Append("The magic number is ").Append(needle);
            }
            else
            {
                for (int words = random.Next(3, 9); words > 0; words--)
                {
                    text.Append(s_words[random.Next(s_words.Length)]).Append(words > 1 ? " " : "");
                }
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    public static ValueTask<EmbeddedRepl> OpenAsync(SandboxProfile profile, RlmContext? context = null) => EmbeddedRepl.OpenAsync(new ReplSessionOptions
    {
        Profile = profile,
        Context = context ?? RlmContext.FromText(""),
        SubCalls = new InstantSubCalls(),
        Limits = new ReplLimits { CellTimeout = TimeSpan.FromMinutes(10) },
    });

    /// <summary>Runs a cell that must not fail.</summary>
    public static async Task<CellResult> ExecuteAsync(EmbeddedRepl repl, Cell cell)
    {
        CellResult result = await repl.ExecuteAsync(cell);
        return result.Error is null ? result : throw new InvalidOperationException($"{cell.Code}: {result.Error.Traceback}");
    }

    /// <summary>A root model that runs the trivial cell until its last turn, and answers sub-calls with a word.</summary>
    public static IChatClient Turns(int turns, TimeSpan delay = default) => new ScriptedChatClient { RecordCalls = false }.Otherwise(call => new ScriptedReply
    {
        Text = call.Number < turns ? $"```repl\n{Cell}\n```" : "FINAL(done)",
        Delay = delay,
    });

    public static async Task<RlmResult> RunAsync(IChatClient model, RlmContext context, string expected, SandboxProfile profile = SandboxProfile.Restricted)
    {
        await using RecursiveLanguageModel rlm = new(model, new RlmOptions { MaxTurns = 100, SandboxProfile = profile });
        RlmResult result = await rlm.CompleteAsync(context, "I'm looking for a magic number. What is it?");
        return result.Text.Contains(expected, StringComparison.Ordinal)
            ? result
            : throw new InvalidOperationException($"The run answered '{result.Text}' ({result.StopReason}), not '{expected}'.");
    }
}
