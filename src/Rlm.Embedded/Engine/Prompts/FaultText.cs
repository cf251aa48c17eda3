using Rlm.Embedded.Engine.Parsing;

namespace Rlm.Embedded.Engine.Prompts;

/// <summary>What the model is told about a fault of its reply: what was found, and what to write instead.</summary>
internal static class FaultText
{
    /// <summary>The text for a reply, or null when nothing need be said: there was code, and the fault took nothing from it.</summary>
    public static string? Of(ParsedReply reply) =>
        reply.Blocks.Count == 0 || reply.Fault is ReplyFault.UnclosedReasoning or ReplyFault.InventedTurn or ReplyFault.UnclosedFinal or ReplyFault.ToolCall
            ? Of(reply.Fault)
            : null;

    private static string Of(ReplyFault fault) => fault switch
    {
        ReplyFault.Empty => PromptText.EmptyReply,
        ReplyFault.OnlyReasoning => "Your reply held only reasoning, so nothing was run. Behind the reasoning, write a ```repl block to go on, or give the final answer with FINAL(...) or FINAL_VAR(...).",
        ReplyFault.UnclosedReasoning => "Your reply opened its reasoning and never closed it, so all behind the opening was taken as reasoning: nothing of it was run or taken as an answer. Keep the reasoning short, close it, and then write a ```repl block or FINAL(...).",
        ReplyFault.InventedTurn => "Your reply went on with a turn that is not yours, such as output of the REPL: that part was not read. Write a ```repl block, end the reply, and wait for the real output.",
        ReplyFault.UnclosedFinal => "FINAL( was found, its closing parenthesis was not, so no answer was taken and nothing behind it was run. Give the answer again with the closing parenthesis at the end of a line, or keep it in a variable and write FINAL_VAR(name).",
        ReplyFault.EmptyFinal => "FINAL() was found with nothing in its parentheses, so no answer was taken. Write FINAL(your answer) or FINAL_VAR(name).",
        ReplyFault.FinalInFence => "FINAL(...) was found in a fence that is not ```repl, where it counts as an example. If it is your answer, write it on a line of its own, outside of any fence.",
        ReplyFault.FinalInSentence => "FINAL(...) was found with other words on its line, so it was not taken. If it is your answer, write it on a line of its own with nothing before or behind it.",
        ReplyFault.ToolCall => "Tool calls are not available here; write a ```repl block. Everything that the REPL offers is a Python function in it.",
        ReplyFault.Boxed => "An answer in \\boxed{} is not taken. Write it as FINAL(...) on a line of its own.",
        _ => PromptText.NoCode,
    };
}
