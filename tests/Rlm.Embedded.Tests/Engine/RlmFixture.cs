using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>Puts a scripted model and a fake REPL together.</summary>
internal static class RlmFixture
{
    public static readonly RlmContext Book = RlmContext.FromText("It was a dark and stormy night.");

    public static string Block(string code) => "```repl\n" + code + "\n```";

    public static RlmOptions Options(FakeRepl repl) => new() { OpenRepl = repl.OpenAsync };

    public static async Task<RlmResult> RunAsync(IChatClient root, FakeRepl repl, Action<RlmOptions>? configure = null, RlmContext? context = null, CancellationToken cancellationToken = default)
    {
        var options = Options(repl);
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(root, options);
        return await rlm.CompleteAsync(context ?? Book, "What was the night like?", cancellationToken);
    }

    /// <summary>What a cancelled run throws. An await gives the very exception; Shouldly, which does not await, gives another.</summary>
    public static async Task<RlmCanceledException> CancelledAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (RlmCanceledException cancelled)
        {
            return cancelled;
        }

        throw new InvalidOperationException("The run was not cancelled.");
    }

    public static ScriptedReply WithUsage(string text, int input, int output, int cached = 0, int reasoning = 0) => new()
    {
        Text = text,
        Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = cached, ReasoningTokenCount = reasoning },
    };

    public static SubCall Llm(string prompt, string? model = null) => new(SubCallKind.Llm, prompt, model);
}
