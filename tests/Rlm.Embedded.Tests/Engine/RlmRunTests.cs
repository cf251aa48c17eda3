using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class RlmRunTests
{
    [Test]
    public async Task CompleteAsync_AnswerInCode_EndsTheRun()
    {
        var root = new ScriptedChatClient(Block("print(context[:20])"), Block("FINAL('dark')"));
        var repl = new FakeRepl().Prints("It was a dark and st\n").Answers("dark");

        var result = await RunAsync(root, repl);

        result.Text.ShouldBe("dark");
        result.StopReason.ShouldBe(StopReason.FinalAnswer);
        result.Turns.ShouldBe(2);
        repl.Cells.ShouldBe(["print(context[:20])", "FINAL('dark')"]);
        repl.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task CompleteAsync_FirstCall_SendsSystemPromptQuestionAndContextFacts()
    {
        var root = new ScriptedChatClient(Block("x"));

        await RunAsync(root, new FakeRepl().Answers("a"));

        var messages = root.Calls[0].Messages;
        messages.Count.ShouldBe(2);
        messages[0].Role.ShouldBe(ChatRole.System);
        foreach (var name in (string[])["context", "llm_query(", "llm_query_batched(", "SHOW_VARS()", "FINAL(", "FINAL_VAR(", "answer[\"ready\"]", "20,000", "ThreadPoolExecutor", "not known: keep a prompt below 100,000 characters"])
        {
            messages[0].Text.ShouldContain(name);
        }

        messages[0].Text.ShouldNotContain("{{");
        messages[0].Text.ShouldNotContain("rlm_query"); // a plain call like llm_query here
        messages[1].Role.ShouldBe(ChatRole.User);
        messages[1].Text.ShouldContain("What was the night like?");
        messages[1].Text.ShouldContain("a str of 31 characters");
        messages[1].Text.ShouldContain("Turn 1/30");
        messages[1].Text.ShouldNotContain("{{");
    }

    [Test]
    public async Task CompleteAsync_QuestionWithBraces_IsSentAsItIs()
    {
        var root = new ScriptedChatClient(Block("x"));
        var repl = new FakeRepl().Answers("a");
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { OpenRepl = repl.OpenAsync });

        await rlm.CompleteAsync(Book, "{0} {{question}} {{context}} {x", CancellationToken.None);

        root.Calls[0].Messages[1].Text.ShouldContain("{0} {{question}} {{context}} {x");
    }

    [Test]
    public async Task CompleteAsync_CustomSystemPromptWithBraces_IsSentAsItIs()
    {
        var root = new ScriptedChatClient(Block("x"));
        const string Prompt = "Use {context} and {{x}} and {0} and {{output_characters}}";

        await RunAsync(root, new FakeRepl().Answers("a"), o => o.SystemPrompt = Prompt);

        root.Calls[0].Messages[0].Text.ShouldBe(Prompt);
    }

    [Test]
    public async Task CompleteAsync_NoReplOpener_RunsInTheEmbeddedPython()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x = len(context)\nFINAL(x * 2)")));

        var result = await rlm.CompleteAsync(RlmContext.FromText("four"), "?", CancellationToken.None);

        result.Text.ShouldBe("8");
    }

    [Test]
    public async Task CompleteAsync_OutputOfACell_IsShownInTheNextMessage()
    {
        var root = new ScriptedChatClient(Block("x = f()"), Block("FINAL(x)"));
        var repl = new FakeRepl()
            .Then(new CellResult { Stdout = "out\n", Stderr = "warned\n", NewVariables = [new ReplVariable("x", "int"), new ReplVariable("y", "list")] })
            .Answers("1");

        await RunAsync(root, repl);

        root.Calls[1].LastText.ShouldBe("REPL output:\nout\nstderr:\nwarned\nNew variables: x (int), y (list)\n\nTurn 2/30.");
        root.Calls[1].Messages[2].Role.ShouldBe(ChatRole.Assistant);
        root.Calls[1].Messages[2].Text.ShouldBe(Block("x = f()"));
    }

    [Test]
    public async Task CompleteAsync_SilentCell_SaysNothingWasPrinted()
    {
        var root = new ScriptedChatClient(Block("x = 1"), Block("FINAL(x)"));

        await RunAsync(root, new FakeRepl().Then(new CellResult()).Answers("1"));

        root.Calls[1].LastText.ShouldContain("(nothing was printed)");
    }

    [Test]
    public async Task CompleteAsync_SeveralBlocks_RunInOrderAndAreNumbered()
    {
        var root = new ScriptedChatClient(Block("a = 1") + "\n" + Block("b = 2"), Block("FINAL(x)"));
        var repl = new FakeRepl().Prints("one").Prints("two").Answers("1");

        var result = await RunAsync(root, repl);

        repl.Cells[..2].ShouldBe(["a = 1", "b = 2"]);
        root.Calls[1].LastText.ShouldContain("REPL output of block 1 of 2:\none\n\nREPL output of block 2 of 2:\ntwo\n");
        result.Trajectory[0].Cells.Count.ShouldBe(2);
    }

    [Test]
    public async Task CompleteAsync_ErrorInABlock_SkipsTheRestAndSaysSo()
    {
        var root = new ScriptedChatClient(Block("bad") + "\n" + Block("b = 2") + "\n" + Block("c = 3") + "\nFINAL(guess)", Block("FINAL(x)"));
        var repl = new FakeRepl().Fails("NameError", "name 'bad' is not defined").Answers("1");

        var result = await RunAsync(root, repl);

        repl.Cells.ShouldBe(["bad", "FINAL(x)"]);
        var shown = root.Calls[1].LastText;
        shown.ShouldContain("NameError: name 'bad' is not defined");
        shown.ShouldContain("the 2 blocks after it were not run");
        shown.ShouldContain("the final answer in your reply was not taken");
        result.Text.ShouldBe("1");
    }

    [Test]
    public async Task CompleteAsync_AnswerInFirstBlock_RunsNothingMore()
    {
        var root = new ScriptedChatClient(Block("FINAL(1)") + "\n" + Block("b = 2"));
        var repl = new FakeRepl().Answers("1");

        await RunAsync(root, repl);

        repl.Cells.Count.ShouldBe(1);
        root.Calls.Count.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_AnswerAndErrorInOneCell_TakesTheAnswer()
    {
        var root = new ScriptedChatClient(Block("FINAL(1); bad"));
        var repl = new FakeRepl().Then(FakeRepl.Failure("NameError", "bad") with { FinalAnswer = "1", Stopped = CellStop.Timeout });

        (await RunAsync(root, repl)).Text.ShouldBe("1");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalBeforeAnyOutput_IsRefusedOnce()
    {
        var root = new ScriptedChatClient("FINAL(dark)", "FINAL(dark)");

        var result = await RunAsync(root, new FakeRepl());

        result.Text.ShouldBe("dark");
        result.Turns.ShouldBe(2);
        root.Calls[1].LastText.ShouldContain("not taken");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalWithTheFirstCode_IsRefusedAndTheOutputShown()
    {
        var root = new ScriptedChatClient(Block("print(1)") + "\nFINAL(a guess)", "FINAL(seen)");
        var repl = new FakeRepl().Prints("1\n");

        var result = await RunAsync(root, repl);

        result.Text.ShouldBe("seen");
        root.Calls[1].LastText.ShouldContain("REPL output:\n1");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalWithoutContext_IsTakenAtOnce()
    {
        var result = await RunAsync(new ScriptedChatClient("FINAL(4)"), new FakeRepl(), context: RlmContext.FromText(""));

        result.Text.ShouldBe("4");
        result.Turns.ShouldBe(1);
    }

    [Test]
    public async Task CompleteAsync_ProseFinalNamesAVariable_RendersIt()
    {
        var root = new ScriptedChatClient(Block("result = f()") + "\nFINAL(result)");
        var repl = new FakeRepl { Variables = { ["result"] = "[1, 2]" } }.Prints("");

        (await RunAsync(root, repl)).Text.ShouldBe("[1, 2]");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalQuotesAVariablesName_IsText()
    {
        var root = new ScriptedChatClient(Block("result = f()"), "FINAL(\"result\")");
        var repl = new FakeRepl { Variables = { ["result"] = "[1, 2]" } };

        (await RunAsync(root, repl)).Text.ShouldBe("result");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalIsAnExpression_EvaluatesIt()
    {
        var root = new ScriptedChatClient(Block("names = ['a', 'b']"), "FINAL(\", \".join(names))");
        var repl = new FakeRepl().Prints("").Answers("a, b");

        var result = await RunAsync(root, repl);

        result.Text.ShouldBe("a, b");
        repl.Cells[1].ShouldBe("FINAL(\", \".join(names)\n)");
    }

    [Test]
    public async Task CompleteAsync_ProseFinalExpressionFails_IsToldToTheModel()
    {
        var root = new ScriptedChatClient(Block("x = 1"), "FINAL(resutl[0])", "FINAL(done)");
        var repl = new FakeRepl().Prints("").Fails("NameError", "resutl");

        var result = await RunAsync(root, repl);

        result.Text.ShouldBe("done");
        root.Calls[2].LastText.ShouldContain("NameError: resutl");
    }

    [TestCase("FINAL_VAR(result)")]
    [TestCase("FINAL_VAR(\"result\")")]
    [TestCase("FINAL_VAR('result')")]
    public async Task CompleteAsync_FinalVarInProse_RendersTheVariable(string reply)
    {
        var repl = new FakeRepl { Variables = { ["result"] = "dark" } };

        (await RunAsync(new ScriptedChatClient(Block("result = 'dark'"), reply), repl)).Text.ShouldBe("dark");
    }

    [Test]
    public async Task CompleteAsync_UnknownFinalVar_ListsTheVariables()
    {
        var root = new ScriptedChatClient(Block("found = 1"), "FINAL_VAR(result)", "FINAL(ok)");
        var repl = new FakeRepl().Then(new CellResult { Variables = [new ReplVariable("found", "int"), new ReplVariable("rows", "list")] });

        await RunAsync(root, repl);

        root.Calls[2].LastText.ShouldContain("no variable named 'result'. Your variables: found (int), rows (list)");
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("   \n")]
    [TestCase("<think>hm</think>")]
    public async Task CompleteAsync_EmptyReply_IsATurnWithACorrection(string? reply)
    {
        var root = new ScriptedChatClient().Then((ScriptedReply)reply).Then(Block("FINAL(1)"));

        var result = await RunAsync(root, new FakeRepl().Answers("1"));

        result.Text.ShouldBe("1");
        result.Turns.ShouldBe(2);
        root.Calls[1].LastText.ShouldContain(string.IsNullOrWhiteSpace(reply) ? "Your reply was empty" : "Your reply held only reasoning");
        root.Calls[1].Messages[2].Text.ShouldBe("(empty reply)");
    }

    [Test]
    public async Task CompleteAsync_NeitherCodeNorAnswer_IsCorrected()
    {
        var root = new ScriptedChatClient("I will look at the text.", Block("FINAL(1)"));

        await RunAsync(root, new FakeRepl().Answers("1"));

        root.Calls[1].LastText.ShouldContain("neither a ```repl block nor a final answer");
    }

    [Test]
    public async Task CompleteAsync_ReasoningContent_IsKeptButNotSentBack()
    {
        var root = new ScriptedChatClient()
            .Then(new ScriptedReply { Reasoning = "secret thought", Text = "<think>more</think>" + Block("x = 1") })
            .Then(Block("FINAL(1)"));

        var result = await RunAsync(root, new FakeRepl().Prints("").Answers("1"));

        result.Trajectory[0].Reasoning.ShouldBe("secret thought\n\nmore");
        root.Calls[1].Messages[2].Text.ShouldBe(Block("x = 1"));
    }

    [Test]
    public async Task CompleteAsync_HalfTheTurnsGone_TellsWhatIsLeft()
    {
        var root = new ScriptedChatClient().Otherwise(_ => Block("x"));

        await RunAsync(root, new FakeRepl(), o => o.MaxTurns = 4);

        root.Calls[1].LastText.ShouldEndWith("Turn 2/4.");
        root.Calls[2].LastText.ShouldEndWith("Turn 3/4. 2 turns are left, this one included.");
        root.Calls[3].LastText.ShouldEndWith("Turn 4/4. This is the last turn: give your final answer.");
    }

    [Test]
    public async Task CompleteAsync_TurnsRunOut_AsksOnceMoreAsTheUser()
    {
        var root = new ScriptedChatClient(Block("x"), Block("y"), "FINAL(probably dark)");

        var result = await RunAsync(root, new FakeRepl().Prints("one").Prints("two"), o => o.MaxTurns = 2);

        result.Text.ShouldBe("probably dark");
        result.StopReason.ShouldBe(StopReason.Turns);
        result.Turns.ShouldBe(3);
        result.Trajectory.Count.ShouldBe(3);
        var last = root.Calls[2].Messages[^1];
        last.Role.ShouldBe(ChatRole.User);
        last.Text.ShouldContain("two");
        last.Text.ShouldContain("no turns left");
    }

    [TestCase("It was dark.", "a draft")]
    [TestCase("<think>a</think>It was dark.", "a draft")]
    [TestCase("FINAL(dark)", "dark")]
    [TestCase("FINAL_VAR(result)", "from a variable")]
    [TestCase("FINAL_VAR(nothing)", "a draft")]
    [TestCase("", "a draft")]
    public async Task CompleteAsync_LastCall_TakesTheBestThereIs(string reply, string expected)
    {
        var repl = new FakeRepl { Variables = { ["result"] = "from a variable", ["answer"] = """{"content": "a draft", "ready": false}""" } };

        var result = await RunAsync(new ScriptedChatClient(Block("x"), reply), repl, o => o.MaxTurns = 1);

        result.Text.ShouldBe(expected);
    }

    [Test]
    public async Task CompleteAsync_EmptyLastReplyAndNoDraft_FallsBackToTheLastText()
    {
        var result = await RunAsync(new ScriptedChatClient("Perhaps dark.", ""), new FakeRepl(), o => o.MaxTurns = 1);

        result.Text.ShouldBe("Perhaps dark.");
    }

    [Test]
    public async Task CompleteAsync_ReplLost_EndsWithALastCallAndRunsNothing()
    {
        var root = new ScriptedChatClient(Block("while True: pass"), Block("more()") + "\nFINAL(what I know)");
        var repl = new FakeRepl().Then(FakeRepl.Failure("TimeoutError", "x") with { Stopped = CellStop.Wedged });

        var result = await RunAsync(root, repl);

        result.StopReason.ShouldBe(StopReason.ReplLost);
        result.Text.ShouldBe("what I know");
        repl.Cells.Count.ShouldBe(1);
    }

    [TestCase(CellStop.Timeout, "it ran too long")]
    [TestCase(CellStop.Memory, "too much memory")]
    [TestCase(CellStop.Output, "printed too much")]
    public async Task CompleteAsync_StoppedCell_IsExplained(CellStop stop, string expected)
    {
        var root = new ScriptedChatClient(Block("x"), Block("FINAL(1)"));

        await RunAsync(root, new FakeRepl().Then(new CellResult { Stopped = stop }).Answers("1"));

        root.Calls[1].LastText.ShouldContain(expected);
    }

    [Test]
    public async Task CompleteAsync_LongOutput_ShowsHeadAndTail()
    {
        var root = new ScriptedChatClient(Block("x"), Block("FINAL(1)"));
        var repl = new FakeRepl().Prints("HEAD" + new string('x', 5000) + "TAIL").Answers("1");

        await RunAsync(root, repl, o => o.ReplLimits = o.ReplLimits with { OutputCharacters = 100 });

        var shown = root.Calls[1].LastText;
        shown.Length.ShouldBeLessThan(400);
        shown.ShouldContain("HEAD");
        shown.ShouldContain("TAIL");
        shown.ShouldContain("[4,908 characters left out; to see them print a slice, such as print(x[50:150])]");
    }

    [Test]
    public async Task CompleteAsync_RootModelFails_ThrowsWithThePartialResult()
    {
        var root = new ScriptedChatClient("Looking.\n" + Block("x")).ThenFail(new InvalidOperationException("429 too many"));

        var failure = await Should.ThrowAsync<RlmModelException>(() => RunAsync(root, new FakeRepl().Prints("1")));

        failure.InnerException!.Message.ShouldBe("429 too many");
        failure.Partial!.StopReason.ShouldBe(StopReason.ModelFailed);
        failure.Partial.Trajectory[0].Cells[0].Result.Stdout.ShouldBe("1");
        failure.Partial.Usage.FailedCalls.ShouldBe(1);
        failure.Partial.Usage.Calls.ShouldBe(2);
    }

    [Test]
    public async Task CompleteAsync_CancelledInARootCall_ThrowsWithThePartialResult()
    {
        using var source = new CancellationTokenSource();
        var root = new ScriptedChatClient(Block("x")).Then(_ =>
        {
            source.Cancel();
            return new ScriptedReply { Text = "late", Delay = TimeSpan.FromHours(1) };
        });
        var repl = new FakeRepl().Prints("1");

        var cancelled = await CancelledAsync(() => RunAsync(root, repl, cancellationToken: source.Token));

        cancelled.Partial!.StopReason.ShouldBe(StopReason.Cancelled);
        cancelled.Partial.Trajectory[0].Cells.Count.ShouldBe(1);
        cancelled.CancellationToken.ShouldBe(source.Token);
        repl.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task CompleteAsync_ClientIgnoresItsToken_IsAbandoned()
    {
        using var source = new CancellationTokenSource();
        using var root = new DeafClient(source);

        await CancelledAsync(() => RunAsync(root, new FakeRepl(), cancellationToken: source.Token));
    }

    [Test]
    public async Task CompleteAsync_CancelledInACell_ThrowsWithThatCell()
    {
        using var source = new CancellationTokenSource();
        var repl = new FakeRepl().Then((_, _, _) =>
        {
            source.Cancel();
            return new ValueTask<CellResult>(new CellResult { Stdout = "so far", Stopped = CellStop.Cancelled });
        });

        var cancelled = await CancelledAsync(() => RunAsync(new ScriptedChatClient(Block("x")), repl, cancellationToken: source.Token));

        cancelled.Partial!.Trajectory.ShouldHaveSingleItem().Cells.ShouldHaveSingleItem().Result.Stdout.ShouldBe("so far");
    }

    [Test]
    public async Task CompleteAsync_CancelledBefore_CallsNothing()
    {
        var root = new ScriptedChatClient(Block("x"));

        var cancelled = await CancelledAsync(() => RunAsync(root, new FakeRepl(), cancellationToken: new CancellationToken(canceled: true)));

        cancelled.Partial!.Usage.Calls.ShouldBe(0);
        root.Calls.ShouldBeEmpty();
    }

    [Test]
    public async Task CompleteAsync_Trajectory_HoldsOnlyTheMessagesAdded()
    {
        var root = new ScriptedChatClient(Block("a"), Block("b"), Block("c"));

        var result = await RunAsync(root, new FakeRepl().Prints("1").Prints("2").Answers("3"));

        result.Trajectory.Select(t => t.Messages.Count).ShouldBe([2, 2, 2]);
        result.Trajectory.SelectMany(t => t.Messages).Select(m => m.Text).ShouldBe(root.Calls[2].Messages.Select(m => m.Text));
    }

    [Test]
    public async Task CompleteAsync_Usage_AddsUpRootCalls()
    {
        var root = ScriptedChatClient.Named("big").Then(WithUsage(Block("a"), 100, 10, 40, 3)).Then(WithUsage(Block("b"), 200, 20, 150, 5));

        var usage = (await RunAsync(root, new FakeRepl().Prints("1").Answers("2"))).Usage;

        usage.Calls.ShouldBe(2);
        usage.Tokens.ShouldBe(new TokenUsage(300, 30, 190, 8));
        usage.Models["big"].ShouldBe(new ModelUsage(2, 0, 0, new TokenUsage(300, 30, 190, 8)));
    }

    [Test]
    public async Task CompleteAsync_ProviderReportsNoUsage_EstimatesAndSaysSo()
    {
        var root = new ScriptedChatClient(Block("abcd"));

        var usage = (await RunAsync(root, new FakeRepl().Answers("2"))).Usage;

        usage.UnreportedCalls.ShouldBe(1);
        usage.Tokens.Output.ShouldBe(4);
        usage.Tokens.Input.ShouldBeInRange(root.Calls[0].Messages.Sum(m => m.Text.Length) / 4, root.Calls[0].Messages.Sum(m => m.Text.Length) / 3);
        usage.EstimatedTokens.ShouldBe(usage.Tokens);
        usage.Models["scripted"].EstimatedTokens.ShouldBe(usage.Tokens);
    }

    [Test]
    public async Task CompleteAsync_Times_AddUp()
    {
        var repl = new FakeRepl().Then(new CellResult { FinalAnswer = "x", Elapsed = TimeSpan.FromSeconds(5), SubCallTime = TimeSpan.FromSeconds(3) });

        var times = (await RunAsync(new ScriptedChatClient(Block("a")), repl)).Times;

        times.Cells.ShouldBe(TimeSpan.FromSeconds(2));
        times.Model.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(3));
        (times.ContextLoad + times.Cells + times.Model + times.Harness).ShouldBe(times.Total);
    }

    [Test]
    public async Task CompleteAsync_Options_ReachTheSessionAndTheModel()
    {
        var root = new ScriptedChatClient(Block("a"));
        var repl = new FakeRepl().Answers("x");
        var limits = new ReplLimits { OutputCharacters = 7 };

        await RunAsync(root, repl, o =>
        {
            o.ReplLimits = limits;
            o.SandboxProfile = Sandbox.SandboxProfile.Required;
            o.RootChatOptions = new ChatOptions { Temperature = 0.5f };
        });

        repl.Options.Limits.ShouldBe(limits);
        repl.Options.Profile.ShouldBe(Sandbox.SandboxProfile.Required);
        repl.Options.Context.ShouldBe(Book);
        root.Calls[0].Options!.Temperature.ShouldBe(0.5f);
    }

    [Test]
    public void Constructor_OptionOutOfRange_Throws() =>
        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(new ScriptedChatClient(), new RlmOptions { MaxTurns = 0 })).Message.ShouldContain("MaxTurns is 0");

    [Test]
    public async Task CompleteAsync_AfterDispose_Throws()
    {
        var rlm = new RecursiveLanguageModel(new ScriptedChatClient());
        await rlm.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => rlm.CompleteAsync(Book, "?", CancellationToken.None));
    }

    [Test]
    public async Task CompleteAsync_GarbageReplies_NeverThrow()
    {
        string[] garbage = ["```", "``````", "```repl", "FINAL(", "FINAL_VAR()", "<think>", "</think>", "\0\uD800", "~~~", "{{}}", "```repl\n```\n```repl"];
        var root = new ScriptedChatClient(garbage).Otherwise(_ => "FINAL(over)");

        var result = await RunAsync(root, new FakeRepl());

        result.StopReason.ShouldBe(StopReason.FinalAnswer);
    }

    [Test]
    public async Task CompleteAsync_ListContext_TellsTheLengths()
    {
        var root = new ScriptedChatClient(Block("a"));

        await RunAsync(root, new FakeRepl().Answers("x"), context: RlmContext.FromTexts(["abc", "de"]));

        root.Calls[0].Messages[1].Text.ShouldContain("list of 2 str, 5 characters in all; their lengths: 3, 2");
    }

    private sealed class DeafClient(CancellationTokenSource source) : IChatClient
    {
        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            await source.CancelAsync();
            return await new TaskCompletionSource<ChatResponse>().Task;
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
