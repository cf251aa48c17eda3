using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>What counts as an answer, and what does not.</summary>
[TestFixture]
internal sealed class ReplyEndTests
{
    [TestCase("FINAL(Paris (France))", "Paris (France)")]
    [TestCase("FINAL(Smith (2020))", "Smith (2020)")]
    [TestCase("FINAL(O(n))", "O(n)")]
    [TestCase("FINAL(f(x) = 3)", "f(x) = 3")]
    [TestCase("FINAL({'a': true})", "{'a': true}")]
    [TestCase("FINAL(\"a\" and \"b\")", "\"a\" and \"b\"")]
    [TestCase("FINAL(len(rows))", "2")]
    [TestCase("FINAL(f\"{len(rows)} rows\")", "2 rows")]
    [TestCase("FINAL(res[\"k\"])", "v")]
    [TestCase("FINAL_VAR(res['k'])", "v")]
    public async Task CompleteAsync_ProseFinal_IsTextOrIsEvaluated(string reply, string expected)
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("rows = [1, 2]\nres = {'k': 'v'}"), reply));

        var result = await rlm.CompleteAsync(Book, "?", CancellationToken.None);

        result.Text.ShouldBe(expected);
        result.Turns.ShouldBe(2);
    }

    [TestCase("FINAL(res[\"z\"])", "KeyError")]
    [TestCase("FINAL(resutl[0])", "NameError")]
    [TestCase("FINAL(answer)", "content of `answer` is empty")]
    [TestCase("```repl\nFINAL(print(1))\n```", "None")]
    [TestCase("```repl\nanswer['ready'] = True\n```", "content is empty")]
    [TestCase("```repl\nprint(50 + 0)\n```\nOutput: 37\nFINAL(37)", "does not stand there")]
    [TestCase("```repl\nprint(50 + 0)\n```\n```repl\nFINAL(\"37\")\n```", "does not stand there")]
    public async Task CompleteAsync_NoAnswerYet_IsTold(string reply, string expected)
    {
        var root = new ScriptedChatClient(Block("res = {}"), reply, "FINAL(done)");
        await using var rlm = new RecursiveLanguageModel(root);

        (await rlm.CompleteAsync(Book, "?", CancellationToken.None)).Text.ShouldBe("done");

        root.Calls[2].LastText.ShouldContain(expected);
    }

    [TestCase("```repl\nprint(50 + 0)\n```\nFINAL(50)", "50")]
    [TestCase("```repl\nx = 50\n```\nFINAL(37)", "37")]
    [TestCase("```repl\nprint('done')\n```\nFINAL(37)", "37")]
    public async Task CompleteAsync_NothingInvented_IsNotHeldUp(string reply, string expected)
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("res = {}"), reply));

        (await rlm.CompleteAsync(Book, "?", CancellationToken.None)).Text.ShouldBe(expected);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task CompleteAsync_CutReply_RunsWholeBlocksOnly(bool streaming)
    {
        var root = new ScriptedChatClient(Block("a"))
            .Then(new ScriptedReply { Text = Block("whole()") + "\n```repl\nbroken(", FinishReason = ChatFinishReason.Length })
            .Then(new ScriptedReply { Text = "FINAL(half an ans", FinishReason = ChatFinishReason.Length })
            .Then("FINAL(done)");
        var repl = new FakeRepl();

        (await EndAsync(root, repl, streaming)).Text.ShouldBe("done");

        repl.Cells.ShouldBe(["a", "whole()"]);
        root.Calls[2].LastText.ShouldContain("cut off");
        root.Calls[3].LastText.ShouldContain("cut off");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task CompleteAsync_RefusedTwice_EndsWithTheWords(bool streaming)
    {
        var refusal = new ScriptedReply { Contents = [new ErrorContent("I cannot help with that.") { ErrorCode = "Refusal" }] };
        var root = new ScriptedChatClient().Then(refusal).Then(refusal);

        var result = await EndAsync(root, new FakeRepl(), streaming);

        result.StopReason.ShouldBe(StopReason.Refused);
        result.Text.ShouldBe("I cannot help with that.");
        result.Trajectory[0].Reply.ShouldBe("I cannot help with that.");
        result.Trajectory[0].ReplyEnd.ShouldBe(ReplyEnd.Refused);
    }

    [Test]
    public async Task StreamAsync_UsageRepeatedOrInParts_IsCountedOnce()
    {
        static UsageContent Usage(int input, int output) => new(new UsageDetails { InputTokenCount = input, OutputTokenCount = output });
        ScriptedReply Reply(params UsageContent[] usage) => new() { Text = Block("x"), Contents = usage };

        (await EndAsync(new ScriptedChatClient().Then(Reply(Usage(90, 1), Usage(90, 5), Usage(90, 10))), new FakeRepl().Answers("1"), streaming: true)).Usage.Tokens.ShouldBe(new TokenUsage(90, 10));
        (await EndAsync(new ScriptedChatClient().Then(Reply(Usage(90, 0), Usage(0, 10))), new FakeRepl().Answers("1"), streaming: true)).Usage.Tokens.ShouldBe(new TokenUsage(90, 10));
    }

    [Test]
    public async Task CompleteAsync_ToolCallOfPython_RunsItsCode()
    {
        var root = new ScriptedChatClient().Then(new ScriptedReply { Contents = [new FunctionCallContent("1", "python", new Dictionary<string, object?> { ["code"] = "f()" })] });
        var repl = new FakeRepl().Answers("1");

        (await RunAsync(root, repl)).Text.ShouldBe("1");

        repl.Cells.ShouldBe(["f()"]);
    }

    private static async Task<RlmResult> EndAsync(ScriptedChatClient root, FakeRepl repl, bool streaming)
    {
        if (!streaming)
        {
            return await RunAsync(root, repl);
        }

        await using var rlm = new RecursiveLanguageModel(root, Options(repl));
        return ((RlmEvent.RunEnded)await rlm.StreamAsync(Book, "?").LastAsync()).Result;
    }
}
