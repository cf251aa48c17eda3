using Rlm.Embedded.Engine.Parsing;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>What may be taken from a reply that did not come to its end.</summary>
internal static class WholePart
{
    /// <summary>The reply without the block and the answer that it broke off in.</summary>
    public static ParsedReply Of(ParsedReply reply, ReplyEnd end) => end is ReplyEnd.Complete ? reply : reply with
    {
        Blocks = reply.IsLastBlockCut ? [.. reply.Blocks.SkipLast(1)] : reply.Blocks,
        Final = reply.Final is { } final && IsWhole(final, reply) ? final : null,
    };

    /// <summary>What the model is told of a reply that is not whole, or of calls that nobody offered; null when there is nothing to tell.</summary>
    public static string? Notice(ModelReply reply, ParsedReply parsed)
    {
        if (reply.End == ReplyEnd.Cut)
        {
            var length = reply.Tokens is { Output: > 0 and var tokens } ? $" after {LimitedAmount.Count(tokens)} tokens" : "";
            return string.IsNullOrWhiteSpace(parsed.Visible)
                ? $"Your reply was cut off{length}, the most you may write at once, and all of it was reasoning: nothing was run. Think less, and write a short ```repl block or the answer."
                : $"Your reply was cut off{length}, the most you may write at once. Closed blocks were run; a block or a FINAL that it broke off in was not taken. "
                    + "Write less in one reply: shorter code, and a long text in pieces that you keep in variables, join in the REPL and give with FINAL_VAR.";
        }

        if (reply.End == ReplyEnd.Filtered)
        {
            return "Your reply was cut off by the provider's content filter. A block or a FINAL that it broke off in was not taken. Go on in other words, without quoting the passage that may have caused it.";
        }

        return reply.Calls.FirstOrDefault(call => ToolCallCode.Read(call.Name, call.Arguments) is null) is { } unknown
            ? $"You called the tool '{unknown.Name}'. Tool calls are not available here; write a ```repl block."
            : null;
    }

    // Text that runs to the end of what there is has no closing parenthesis; one that does not balance may have been cut at another.
    private static bool IsWhole(ProseFinal final, ParsedReply reply) =>
        reply.Fault != ReplyFault.UnclosedFinal
        && (final.IsLiteral || (!reply.Visible.AsSpan().TrimEnd().EndsWith(final.Argument, StringComparison.Ordinal)
            && final.Argument.AsSpan().Count('(') == final.Argument.AsSpan().Count(')')));
}
