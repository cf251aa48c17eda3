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

    [TestCase(3, 0, "The limit of 3 turns is used up. Raise RlmOptions.MaxTurns to allow more.")]
    [TestCase(3, 1, "The limit of 3 turns is used up. Raise RlmOptions.MaxTurns to allow more.")]
    [TestCase(3, 2, "The limit of 3 turns is used up. 2 of the 3 replies met the limit of output tokens and broke off. Allow longer ones with RlmOptions.RootChatOptions.MaxOutputTokens.")]
    public async Task CompleteAsync_TurnsUsedUp_SaysSoWhenCutRepliesUsedThem(int turns, int cut, string note)
    {
        var root = new ScriptedChatClient();
        for (var i = 0; i < turns; i++)
        {
            root.Then(new ScriptedReply { Text = "I look.\n```repl\nprint(", FinishReason = i < cut ? ChatFinishReason.Length : ChatFinishReason.Stop });
        }

        await using var rlm = new RecursiveLanguageModel(root.Then("FINAL(best)"), new RlmOptions { MaxTurns = turns });

        var result = await rlm.CompleteAsync(Book, "?", CancellationToken.None);

        result.Text.ShouldBe("best");
        result.LimitNote.ShouldBe(note);
    }

    [TestCase("FINAL(res[\"z\"])", "KeyError")]
    [TestCase("FINAL(resutl[0])", "NameError")]
    [TestCase("FINAL(answer)", "content of `answer` is empty")]
    [TestCase("```repl\nFINAL(print(1))\n```", "None")]
    [TestCase("```repl\nanswer['ready'] = True\n```", "content is empty")]
    [TestCase("```repl\nprint(50 + 0)\n```\nOutput: 37\nFINAL(37)", "does not stand there")]
    [TestCase("```repl\nprint(50 + 0)\n```\n```repl\nFINAL(\"37\")\n```", "does not stand there")]
    [TestCase("```repl\nprint(50 + 0)\nFINAL(\"37\")\n```", "does not stand there")]
    [TestCase("```repl\nprint(50 + 0)\nFINAL(37)\n```", "does not stand there")]
    [TestCase("```repl\nn = 50\nprint(f'The count is {n}')\nFINAL(\"The count is 37\")\n```", "does not stand there")]
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
    [TestCase("```repl\nn = 50\nprint(n)\nFINAL(n)\n```", "50")]
    [TestCase("```repl\nn = 50\nprint(n + 1)\nFINAL(f'{n} rows')\n```", "50 rows")]
    [TestCase("```repl\nprint(50 + 0)\nFINAL(\"50\")\n```", "50")]
    [TestCase("```repl\nprint('done', '\\u2028 \"quoted\"')\nFINAL('37')\n```", "37")]
    [TestCase("```repl\nn = 50\nif n:\n    print(n)\n    FINAL('many')\n```", "many")]
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
    public async Task CompleteAsync_InventedInOneCell_OutputIsShownInFrontOfTheWords()
    {
        var root = new ScriptedChatClient(Block("print(50 + 0)\nFINAL('37')"), "FINAL(50)");
        await using var rlm = new RecursiveLanguageModel(root);

        (await rlm.CompleteAsync(Book, "?", CancellationToken.None)).Text.ShouldBe("50");

        root.Calls[1].LastText.ShouldStartWith("REPL output:\n50\n");
        root.Calls[1].LastText.ShouldContain("the output above");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task CompleteAsync_FilteredTwice_EndsAsRefused(bool streaming)
    {
        var filtered = new ScriptedReply { FinishReason = ChatFinishReason.ContentFilter };
        var root = new ScriptedChatClient().Then(filtered).Then(filtered);

        var result = await EndAsync(root, new FakeRepl(), streaming);

        result.StopReason.ShouldBe(StopReason.Refused);
        result.Text.ShouldBe("The provider's content filter withheld the reply.");
        result.Trajectory.Select(turn => turn.ReplyEnd).ShouldBe([ReplyEnd.Filtered, ReplyEnd.Filtered]);
        root.Calls[1].LastText.ShouldContain("content filter withheld your reply");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task CompleteAsync_FilteredInTheMiddle_RunsWholeBlocksAndGoesOn(bool streaming)
    {
        var root = new ScriptedChatClient()
            .Then(new ScriptedReply { Text = Block("whole()") + "\n```repl\nbroken(", FinishReason = ChatFinishReason.ContentFilter })
            .Then("FINAL(done)");
        var repl = new FakeRepl();

        (await EndAsync(root, repl, streaming)).Text.ShouldBe("done");

        repl.Cells.ShouldBe(["whole()"]);
        root.Calls[1].LastText.ShouldContain("content filter");
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
