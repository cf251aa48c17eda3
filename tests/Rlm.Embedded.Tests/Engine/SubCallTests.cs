using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class SubCallTests
{
    [Test]
    public async Task CallAsync_PlainCall_SendsOneUserMessageToTheSubModel()
    {
        var sub = new ScriptedChatClient("sub says");
        var result = await CallAsync(Llm("exact  prompt\r\n"), o =>
        {
            o.SubModel = sub;
            o.SubChatOptions = new ChatOptions { Temperature = 0.25f };
        });

        result.Text.ShouldBe("sub says");
        var sent = sub.Calls.ShouldHaveSingleItem();
        sent.Messages.ShouldHaveSingleItem().Role.ShouldBe(ChatRole.User);
        sent.LastText.ShouldBe("exact  prompt\r\n");
        sent.Options!.Temperature.ShouldBe(0.25f);
    }

    [TestCase("hmm</think>Paris", "Paris")]
    [TestCase("[THINK]hm[/THINK]Paris<|im_end|>", "Paris")]
    [TestCase("<reasoning>It is Paris.</reasoning>", "<reasoning>It is Paris.</reasoning>")]
    public async Task CallAsync_ReplyWithReasoning_GivesCodeTheAnswer(string reply, string answer) =>
        (await CallAsync(Llm("hi"), o => o.SubModel = new ScriptedChatClient(reply))).Text.ShouldBe(answer);

    [Test]
    public async Task CallAsync_NoSubModel_RootServes()
    {
        var root = new ScriptedChatClient(Block("llm_query('hi')")).Then(c => "root got " + c.LastText);

        (await RunAsync(root, CallingRepl(Llm("hi")))).Text.ShouldBe("root got hi");
    }

    [Test]
    public async Task CallAsync_NamedModel_Serves()
    {
        var result = await CallAsync(Llm("hi", "fast"), o =>
        {
            o.SubModel = new ScriptedChatClient();
            o.Models["fast"] = new ScriptedChatClient("fast says");
        });

        result.Text.ShouldBe("fast says");
        result.Usage.Models.Keys.ShouldContain("fast");
        result.Trajectory[0].Cells[0].SubCalls[0].Model.ShouldBe("fast");
    }

    [TestCase("small-1", "sub")]
    [TestCase("Maker/Small-1", "sub")]
    [TestCase("router/maker/small-1", null)]
    [TestCase("big-1", "root")]
    [TestCase("maker/big-1", "root")]
    [TestCase("fast", "fast")]
    public async Task CallAsync_OwnNameOfSubOrRootModel_IsServedByIt(string name, string? expected)
    {
        var root = ScriptedChatClient.Named("big-1").Then(Block("llm_query('hi')")).Then("root");

        var result = await RunAsync(root, CallingRepl(Llm("hi", name)), o =>
        {
            o.SubModel = ScriptedChatClient.Named("small-1").Then("sub");
            o.Models["fast"] = ScriptedChatClient.Named("small-1").Then("fast");
        });

        result.Text.ShouldStartWith(expected ?? "Error: there is no model named");
    }

    [Test]
    public async Task CallAsync_UnknownModel_IsAnErrorThatListsTheNames()
    {
        var result = await CallAsync(Llm("hi", "best"), o =>
        {
            o.SubModel = ScriptedChatClient.Named("small");
            o.Models["fast"] = new ScriptedChatClient();
            o.Models["smart"] = new ScriptedChatClient();
        });

        result.Text.ShouldBe("Error: there is no model named 'best'. Models: fast, smart, small, scripted. Leave the model out to use the default.");
        result.Usage.SubCalls.ShouldBe(1);
        result.Usage.Calls.ShouldBe(1);
    }

    [Test]
    public async Task CallAsync_ModelFails_IsAnErrorString()
    {
        var result = await CallAsync(Llm("hi"), o => o.SubModel = ScriptedChatClient.Named("small").ThenFail(new InvalidOperationException("500")));

        result.Text.ShouldBe("Error: the call to 'small' failed: 500");
        result.Usage.FailedCalls.ShouldBe(1);
        result.Usage.Models["small"].FailedCalls.ShouldBe(1);
        result.Trajectory[0].Cells[0].SubCalls[0].Error.ShouldNotBeNull();
    }

    private static IEnumerable<TestCaseData> Ends()
    {
        yield return new(new ScriptedReply { Text = "Par", FinishReason = ChatFinishReason.Length }, "Par\n[The reply was cut off here: it met the model's limit of output tokens.]", false);
        yield return new(new ScriptedReply { Text = "<think>hm", FinishReason = ChatFinishReason.Length }, "Error: the model 'small' used all of its output tokens for reasoning and wrote nothing. Ask for less at once.", true);
        yield return new(new ScriptedReply { Contents = [new ErrorContent("I cannot.") { ErrorCode = "Refusal" }] }, "Error: the model 'small' refused: I cannot.", true);
        yield return new(new ScriptedReply { Text = "No.", FinishReason = new ChatFinishReason("refusal") }, "Error: the model 'small' refused: No.", true);
        yield return new(new ScriptedReply { FinishReason = ChatFinishReason.ContentFilter }, "Error: the provider's content filter withheld the reply of 'small'.", true);
    }

    [TestCaseSource(nameof(Ends))]
    public async Task CallAsync_ReplyIsNotWhole_SaysSo(ScriptedReply reply, string expected, bool isError)
    {
        var result = await CallAsync(Llm("hi"), o => o.SubModel = ScriptedChatClient.Named("small").Then(reply));

        result.Text.ShouldBe(expected);
        (result.Trajectory[0].Cells[0].SubCalls[0].Error is not null).ShouldBe(isError);
    }

    [Test]
    public async Task CallAsync_ProviderTimesOut_IsAnErrorString() =>
        (await CallAsync(Llm("hi"), o => o.SubModel = new ScriptedChatClient().ThenFail(new TaskCanceledException()))).Text.ShouldContain("timed out");

    [TestCase(null)]
    [TestCase("")]
    [TestCase("<think>only</think>")]
    public async Task CallAsync_EmptyReply_IsAnErrorString(string? reply) =>
        (await CallAsync(Llm("hi"), o => o.SubModel = new ScriptedChatClient().Then((ScriptedReply)reply))).Text.ShouldStartWith("Error: ");

    [Test]
    public async Task CallAsync_ThinkingInTheReply_IsStripped() =>
        (await CallAsync(Llm("hi"), o => o.SubModel = new ScriptedChatClient("<think>hm</think>\nyes"))).Text.ShouldBe("yes");

    [Test]
    public async Task CallAsync_RlmAtTheDepthLimit_IsAPlainCall() =>
        (await CallAsync(new SubCall(SubCallKind.Rlm, "hi", null), o => o.SubModel = new ScriptedChatClient("plain"))).Text.ShouldBe("plain");

    [Test]
    public async Task CallAsync_RlmBelowTheDepthLimit_RunsAChildWithItsOwnRepl()
    {
        var opened = new List<ReplSessionOptions>();
        var parent = CallingRepl(new SubCall(SubCallKind.Rlm, "child task", null));
        var child = new FakeRepl().Prints("seen").Answers("child says");
        var sub = ScriptedChatClient.Named("sub").Then(WithUsage(Block("a"), 10, 1)).Then(WithUsage(Block("b"), 20, 2));
        var root = ScriptedChatClient.Named("root").Then(WithUsage(Block("rlm_query('child task')"), 100, 10));

        var result = await RunAsync(root, parent, o =>
        {
            o.MaxDepth = 2;
            o.SubModel = sub;
            o.OpenRepl = (session, token) =>
            {
                opened.Add(session);
                return (opened.Count == 1 ? parent : child).OpenAsync(session, token);
            };
        });

        result.Text.ShouldBe("child says");
        opened[1].Context.ShouldBe(RlmContext.FromText("child task"));
        result.Usage.Tokens.ShouldBe(new TokenUsage(130, 13));
        var call = result.Trajectory[0].Cells[0].SubCalls.ShouldHaveSingleItem();
        call.Child!.Turns.ShouldBe(2);
        call.Tokens.ShouldBe(new TokenUsage(30, 3));
        child.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task CallAsync_ChildFails_IsAnErrorString()
    {
        var parent = CallingRepl(new SubCall(SubCallKind.Rlm, "child task", null));
        var first = true;

        var result = await RunAsync(new ScriptedChatClient(Block("rlm_query('x')")), parent, o =>
        {
            o.MaxDepth = 2;
            o.SubModel = new ScriptedChatClient().ThenFail(new InvalidOperationException("down"));
            o.OpenRepl = (session, token) => (Interlocked.Exchange(ref first, false) ? parent : new FakeRepl()).OpenAsync(session, token);
        });

        result.Text.ShouldStartWith("Error: ");
        result.Text.ShouldContain("down");
    }

    [Test]
    public async Task CallBatchAsync_SomeFail_KeepsOrderAndLength()
    {
        var sub = new ScriptedChatClient().Otherwise(c => c.LastText.EndsWith('3') ? new ScriptedReply { Failure = new InvalidOperationException("no") } : "r" + c.LastText);

        var (answers, result) = await BatchAsync(20, o => o.SubModel = sub);

        answers.Count.ShouldBe(20);
        for (var i = 0; i < 20; i++)
        {
            answers[i].ShouldBe(i % 10 == 3 ? "Error: the call to 'scripted' failed: no" : "r" + i);
        }

        result.Usage.SubCalls.ShouldBe(20);
        result.Usage.FailedCalls.ShouldBe(2);
        result.Trajectory[0].Cells[0].SubCalls.Select(s => s.Call.Prompt).ShouldBe(Enumerable.Range(0, 20).Select(i => i.ToString()));
    }

    [Test]
    public async Task CallBatchAsync_RepliesOutOfOrder_KeepsTheOrderOfThePrompts()
    {
        using var sub = new GatedClient();

        var run = BatchAsync(6, o => o.SubModel = sub);
        await sub.Arrived(6);
        sub.ReleaseBackwards();
        var (answers, _) = await run;

        answers.ShouldBe(["r0", "r1", "r2", "r3", "r4", "r5"]);
    }

    [Test]
    public async Task CallBatchAsync_ManyPrompts_NeverExceedsTheConcurrency()
    {
        using var sub = new GatedClient();

        var run = BatchAsync(10, o =>
        {
            o.SubModel = sub;
            o.SubCallConcurrency = 3;
        });
        await sub.Arrived(3);
        sub.Waiting.ShouldBe(3);
        sub.ReleaseAllFromNowOn();
        var (answers, _) = await run;

        answers.Count.ShouldBe(10);
        sub.Most.ShouldBe(3);
    }

    [Test]
    public async Task CallBatchAsync_Empty_GivesAnEmptyList() => (await BatchAsync(0, _ => { })).Answers.ShouldBeEmpty();

    [Test]
    public async Task CallBatchAsync_InstantModel_CompletesSynchronously()
    {
        var repl = new FakeRepl();
        var synchronous = false;
        repl.Then((r, _, token) =>
        {
            var calls = Enumerable.Range(0, 1000).Select(i => Llm(i.ToString())).ToArray();
            var batch = r.SubCalls.CallBatchAsync(calls, token).AsTask();
            var single = r.SubCalls.CallAsync(calls[0], token).AsTask();
            synchronous = batch.IsCompletedSuccessfully && single.IsCompletedSuccessfully;
            return new ValueTask<CellResult>(new CellResult { FinalAnswer = "x" });
        });

        await RunAsync(new ScriptedChatClient(Block("x")), repl, o => o.SubModel = new ScriptedChatClient().Otherwise(_ => "r"));

        synchronous.ShouldBeTrue();
    }

    [Test]
    public async Task CallBatchAsync_Cancelled_EndsTheRunAndKeepsWhatWasServed()
    {
        using var source = new CancellationTokenSource();
        var sub = new ScriptedChatClient("r0", "r1").Otherwise(_ =>
        {
            source.Cancel();
            return new ScriptedReply { Text = "late", Delay = TimeSpan.FromHours(1) };
        });
        Exception? inCell = null;
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            try
            {
                await r.SubCalls.CallBatchAsync([Llm("0"), Llm("1"), Llm("2"), Llm("3")], token);
            }
            catch (OperationCanceledException cause)
            {
                inCell = cause;
            }

            return new CellResult { Stopped = CellStop.Cancelled };
        });

        var cancelled = await CancelledAsync(() => RunAsync(new ScriptedChatClient(Block("x")), repl, o => o.SubModel = sub, cancellationToken: source.Token));

        inCell.ShouldNotBeNull();
        cancelled.Partial!.Trajectory[0].Cells[0].SubCalls.Select(s => s.Response).ShouldBe(["r0", "r1"]);
        cancelled.Partial.Usage.SubCalls.ShouldBe(4);
    }

    [Test]
    public async Task Usage_SubCallsIncluded_AddsUpByModel()
    {
        var root = ScriptedChatClient.Named("big").Then(WithUsage(Block("x"), 100, 10));
        var sub = ScriptedChatClient.Named("small").Then(WithUsage("a", 5, 1, 2)).ThenFail(new InvalidOperationException()).Then(WithUsage("c", 7, 3, 0, 1));
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            await r.SubCalls.CallBatchAsync([Llm("0"), Llm("1"), Llm("2")], token);
            return new CellResult { FinalAnswer = "x" };
        });

        var usage = (await RunAsync(root, repl, o => o.SubModel = sub)).Usage;

        usage.Calls.ShouldBe(4);
        usage.SubCalls.ShouldBe(3);
        usage.FailedCalls.ShouldBe(1);
        usage.UnreportedCalls.ShouldBe(1);
        usage.Tokens.ShouldBe(new TokenUsage(112, 14, 2, 1));
        usage.Models["big"].Tokens.Total.ShouldBe(110);
        usage.Models["small"].ShouldBe(new ModelUsage(3, 1, 1, new TokenUsage(12, 4, 2, 1)));
    }

    private static FakeRepl CallingRepl(SubCall call) => new FakeRepl().Then(async (r, _, token) =>
        new CellResult { FinalAnswer = await r.SubCalls.CallAsync(call, token) });

    private static Task<RlmResult> CallAsync(SubCall call, Action<RlmOptions> configure) =>
        RunAsync(new ScriptedChatClient(Block("call()")), CallingRepl(call), configure);

    private static async Task<(IReadOnlyList<string> Answers, RlmResult Result)> BatchAsync(int count, Action<RlmOptions> configure)
    {
        IReadOnlyList<string> answers = [];
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            answers = await r.SubCalls.CallBatchAsync([.. Enumerable.Range(0, count).Select(i => Llm(i.ToString()))], token);
            return new CellResult { FinalAnswer = "done" };
        });
        var result = await RunAsync(new ScriptedChatClient(Block("batch()")), repl, configure);
        return (answers, result);
    }

    /// <summary>A model whose replies wait until the test lets them go.</summary>
    private sealed class GatedClient : IChatClient
    {
        private readonly Lock _gate = new();
        private readonly List<(string Prompt, TaskCompletionSource<ChatResponse> Reply)> _waiting = [];
        private readonly SemaphoreSlim _arrivals = new(0);
        private bool _open;

        public int Most { get; private set; }

        public int Waiting
        {
            get
            {
                lock (_gate)
                {
                    return _waiting.Count;
                }
            }
        }

        public async Task Arrived(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await _arrivals.WaitAsync();
            }
        }

        public void ReleaseBackwards()
        {
            foreach (var (prompt, reply) in Take().Reverse())
            {
                reply.SetResult(Reply(prompt));
            }
        }

        public void ReleaseAllFromNowOn()
        {
            lock (_gate)
            {
                _open = true;
            }

            ReleaseBackwards();
        }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var prompt = messages.Last().Text;
            var reply = new TaskCompletionSource<ChatResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                if (_open)
                {
                    return Task.FromResult(Reply(prompt));
                }

                _waiting.Add((prompt, reply));
                Most = Math.Max(Most, _waiting.Count);
            }

            _arrivals.Release();
            return reply.Task;
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => _arrivals.Dispose();

        private static ChatResponse Reply(string prompt) => new(new ChatMessage(ChatRole.Assistant, "r" + prompt));

        private (string Prompt, TaskCompletionSource<ChatResponse> Reply)[] Take()
        {
            lock (_gate)
            {
                var taken = _waiting.ToArray();
                _waiting.Clear();
                return taken;
            }
        }
    }
}
