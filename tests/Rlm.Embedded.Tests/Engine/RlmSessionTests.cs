using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
[Category("Interpreter")]
internal sealed class RlmSessionTests
{
    private static readonly RlmContext First = RlmContext.FromText("first text");
    private static readonly RlmContext Second = RlmContext.FromText("the second one");

    [Test]
    public async Task CompleteAsync_TwoContexts_AreThereWithVariablesAndHistories()
    {
        var root = new ScriptedChatClient(
            Block("kept = len(context)\nprint(context is context_0)"),
            Block("FINAL(kept)"),
            Block("print(context, context_1, kept, context is context_0)\nprint(history is history_0, history[0]['role'], history[-1])"),
            Block("FINAL(SHOW_VARS())"));
        await using var rlm = new RecursiveLanguageModel(root);
        await using var session = await rlm.OpenSessionAsync();

        var first = await session.CompleteAsync(First, "How long?");
        var second = await session.CompleteAsync(Second, "And this?");

        first.Text.ShouldBe("10");
        root.Calls[1].LastText.ShouldContain("True\n");
        root.Calls[3].LastText.ShouldContain("first text the second one 10 True\nTrue user {'role': 'assistant', 'content': '10'}\n");
        second.Text.ShouldBe("context: str of 10 characters\ncontext_0: str of 10 characters\nhistory: list of 5\nhistory_0: list of 5\ncontext_1: str of 14 characters\nkept: int");
        session.Variables.ShouldBe([new ReplVariable("kept", "int")]);
    }

    [Test]
    public async Task CompleteAsync_SecondQuestion_IsToldWhatIsThere()
    {
        var root = new ScriptedChatClient(Block("kept = [1]\nFINAL(1)"), Block("FINAL(2)"), Block("FINAL(3)"));
        await using var rlm = new RecursiveLanguageModel(root);
        await using var session = await rlm.OpenSessionAsync();

        await session.CompleteAsync(First, "One?");
        await session.CompleteAsync(Second, "Two?");
        await session.CompleteAsync("Three?");

        root.Calls[0].Messages[1].Text.ShouldContain("Context: `context` is a str of 10 characters in 1 line without a line ending.\n");
        root.Calls[1].Messages.Count.ShouldBe(2);
        root.Calls[1].Messages[1].Text.ShouldContain(
            "Context: `context_1` is a str of 14 characters in 1 line without a line ending.\nThis question is number 2 of a session whose REPL goes on. From before there are:\n"
            + "- `context_0` is a str of 10 characters in 1 line without a line ending. It is `context` too.\n"
            + "- the messages of the earlier questions, lists of {\"role\", \"content\"} dicts: `history_0`.\n- your variables: kept (list of 1).");
        root.Calls[2].Messages[1].Text.ShouldContain("- `context_1` is a str of 14 characters in 1 line without a line ending.");
        root.Calls[2].Messages[1].Text.ShouldContain("`history_0`, `history_1`.");
    }

    [Test]
    public async Task CompleteAsync_VariablesNamedLikeTheHosts_AreRestoredAfterTheCell()
    {
        var root = new ScriptedChatClient(Block("FINAL(1)"), Block("context_0 = context_1 = history_0 = history = 'mine'"), Block("FINAL([context_0, context_1, history[-1]['content'], history_0 is history])"));
        await using var rlm = new RecursiveLanguageModel(root);
        await using var session = await rlm.OpenSessionAsync();

        await session.CompleteAsync(First, "One?");

        (await session.CompleteAsync(Second, "Two?")).Text.ShouldBe("[\"first text\", \"the second one\", \"1\", true]");
    }

    [Test]
    public async Task CompleteAsync_ModelsOwnHistory_IsKept()
    {
        var root = new ScriptedChatClient(Block("history = ['own']\nFINAL(1)"), Block("print(1)"), Block("FINAL([history, history_0[-1]['content']])"));
        await using var rlm = new RecursiveLanguageModel(root);
        await using var session = await rlm.OpenSessionAsync();

        await session.CompleteAsync(First, "One?");

        (await session.CompleteAsync("Two?")).Text.ShouldBe("[[\"own\"], \"1\"]");
    }

    [Test]
    public async Task CompleteAsync_WithoutAContext_HasAnEmptyOne()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("FINAL([context, context_0])")));
        await using var session = await rlm.OpenSessionAsync();

        (await session.CompleteAsync("Anything?")).Text.ShouldBe("[\"\", \"\"]");
    }

    [Test]
    public async Task CompleteAsync_SubCalls_AreThoseOfTheQuestionUnderWay()
    {
        var root = new ScriptedChatClient(Block("FINAL(llm_query('a'))"), Block("FINAL(llm_query('b'))"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = new ScriptedChatClient().Otherwise(call => "to " + call.LastText) });
        await using var session = await rlm.OpenSessionAsync();

        var first = await session.CompleteAsync("One?");
        var second = await session.CompleteAsync("Two?");

        (first.Text, first.Usage.SubCalls).ShouldBe(("to a", 1));
        (second.Text, second.Usage.SubCalls).ShouldBe(("to b", 1));
        second.Trajectory[0].Cells[0].SubCalls.ShouldHaveSingleItem().Call.Prompt.ShouldBe("b");
    }

    [Test]
    public async Task CompleteAsync_WhileAnotherRuns_IsRefused()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var repl = new FakeRepl().Then(async (_, _, _) =>
        {
            asked.SetResult();
            await go.Task;
            return new CellResult { FinalAnswer = "done" };
        }).Answers("next");
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x"), Block("y")), Options(repl));
        await using var session = await rlm.OpenSessionAsync();
        var first = session.CompleteAsync(First, "One?");
        await asked.Task;

        (await Should.ThrowAsync<InvalidOperationException>(() => session.CompleteAsync("Two?"))).Message.ShouldContain("busy");
        await Should.ThrowAsync<InvalidOperationException>(() => session.SaveAsync("/nowhere"));

        go.SetResult();
        (await first).Text.ShouldBe("done");
        (await session.CompleteAsync("Two?")).Text.ShouldBe("next");
    }

    [Test]
    public async Task CompleteAsync_Cancelled_LeavesTheSessionUsable()
    {
        using var cancel = new CancellationTokenSource();
        var root = new ScriptedChatClient(Block("x = 1\nllm_query('now')\nwhile True: pass"), Block("FINAL([x, len(history)])"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = new ScriptedChatClient().Otherwise(_ => { cancel.Cancel(); return "r"; }) });
        await using var session = await rlm.OpenSessionAsync();

        await CancelledAsync(() => session.CompleteAsync(First, "One?", cancel.Token));

        session.IsLost.ShouldBeFalse();
        (await session.CompleteAsync("Two?")).Text.ShouldBe("[1, 2]");
    }

    [Test]
    public async Task CompleteAsync_TurnsRanOut_LeavesTheSessionUsable()
    {
        var root = new ScriptedChatClient(Block("x = 1"), "FINAL(best)", Block("print(1)"), "FINAL(none)");
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { MaxTurns = 1 });
        await using var session = await rlm.OpenSessionAsync();

        (await session.CompleteAsync(First, "One?")).StopReason.ShouldBe(StopReason.Turns);
        (await session.CompleteAsync("Two?")).Turns.ShouldBe(2);
        session.Variables.ShouldBe([new ReplVariable("x", "int")]);
    }

    [Test]
    public async Task CompleteAsync_AfterAWedge_ThrowsTyped()
    {
        var repl = new FakeRepl().Then(new CellResult { Stopped = CellStop.Wedged, Error = new CellError("EngineWedged", "held", null, "") });
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x"), "FINAL(best)"), Options(repl));
        await using var session = await rlm.OpenSessionAsync();

        (await session.CompleteAsync(First, "One?")).StopReason.ShouldBe(StopReason.ReplLost);

        session.IsLost.ShouldBeTrue();
        await Should.ThrowAsync<RlmSessionLostException>(() => session.CompleteAsync("Two?"));
        await Should.ThrowAsync<RlmSessionLostException>(() => session.SaveAsync("/nowhere"));
    }

    [Test]
    public async Task DisposeAsync_WhileAQuestionRuns_CancelsItAndClosesTheRepl()
    {
        var asked = new TaskCompletionSource();
        var repl = new FakeRepl().Then(async (_, _, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new CellResult { Stopped = CellStop.Cancelled };
        });
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(repl));
        var session = await rlm.OpenSessionAsync();
        var running = session.CompleteAsync(First, "One?");
        await asked.Task;

        await session.DisposeAsync();

        await CancelledAsync(() => running);
        repl.Disposed.ShouldBeTrue();
        await Should.ThrowAsync<ObjectDisposedException>(() => session.CompleteAsync("Two?"));
        await session.DisposeAsync();
    }

    [Test]
    public async Task StreamAsync_LeftEarly_FreesTheSession()
    {
        var root = new ScriptedChatClient(Block("x = 1"), Block("print(1)"), Block("FINAL(x)")).Otherwise(_ => Block("FINAL(x)"));
        await using var rlm = new RecursiveLanguageModel(root);
        await using var session = await rlm.OpenSessionAsync();
        await foreach (var happened in session.StreamAsync(First, "One?"))
        {
            if (happened is RlmEvent.CellEnded)
            {
                break;
            }
        }

        RlmResult? result = null;
        await foreach (var happened in session.StreamAsync(null, "Two?"))
        {
            result = (happened as RlmEvent.RunEnded)?.Result ?? result;
        }

        result!.StopReason.ShouldBe(StopReason.FinalAnswer);
    }

    [Test]
    public async Task SaveAsync_RestoreAsync_CarryVariablesToAnotherSession()
    {
        var path = Path.Combine(Path.GetTempPath(), $"rlm-{Guid.NewGuid():N}");
        try
        {
            var root = new ScriptedChatClient(Block("import re\nfound = {'a': [1, 2]}\nFINAL(1)"), Block("FINAL(found)"));
            await using var rlm = new RecursiveLanguageModel(root);
            await using (var session = await rlm.OpenSessionAsync())
            {
                await session.CompleteAsync(First, "One?");
                var saved = await session.SaveAsync(path);
                saved.Names.ShouldBe(["found"]);
                saved.NotSaved.ShouldHaveSingleItem().Name.ShouldBe("re");
            }

            await using var other = await rlm.OpenSessionAsync();
            (await other.RestoreAsync(path)).Names.ShouldBe(["found"]);

            (await other.CompleteAsync("Two?")).Text.ShouldBe("{\"a\": [1, 2]}");
            root.Calls[1].Messages[1].Text.ShouldContain("- your variables: found (dict of 1).");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
