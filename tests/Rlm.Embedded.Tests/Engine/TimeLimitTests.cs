using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class TimeLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Test]
    public async Task MaxTime_PassesInACell_EndsItAndGivesTheDraft()
    {
        var clock = new ManualClock();
        var repl = new FakeRepl { Variables = { ["answer"] = """{"content": "a draft", "ready": false}""" } }.Then((_, _, token) =>
        {
            clock.Advance(Limit);
            token.IsCancellationRequested.ShouldBeTrue();
            return new ValueTask<CellResult>(new CellResult { Stdout = "so far", Stopped = CellStop.Cancelled, Variables = [new ReplVariable("rows", "list")] });
        });

        var result = await RunAsync(new ScriptedChatClient(Block("work()")), repl, o => Set(o, clock));

        result.StopReason.ShouldBe(StopReason.Time);
        result.LimitNote.ShouldBe("The limit of 10 s has passed. Raise RlmOptions.MaxTime to allow more.");
        result.Text.ShouldBe("a draft");
        result.Variables.ShouldHaveSingleItem();
        result.Trajectory[0].Cells[0].Result.Stdout.ShouldBe("so far");
        repl.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task MaxTime_AnswerReadyInTheCellItEnds_TakesTheAnswer()
    {
        var clock = new ManualClock();
        var repl = new FakeRepl().Then((_, _, _) =>
        {
            clock.Advance(Limit);
            return new ValueTask<CellResult>(new CellResult { FinalAnswer = "dark", Stopped = CellStop.Cancelled });
        });

        var result = await RunAsync(new ScriptedChatClient(Block("work()")), repl, o => Set(o, clock));

        result.StopReason.ShouldBe(StopReason.FinalAnswer);
        result.Text.ShouldBe("dark");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task MaxTime_PassesInACallThatIgnoresItsToken_EndsTheRun(bool streaming)
    {
        var clock = new ManualClock();
        using var root = new Deaf(() => clock.Advance(Limit), answersFirst: Block("x"));
        var options = Options(new FakeRepl());
        Set(options, clock);
        await using var rlm = new RecursiveLanguageModel(root, options);

        var result = streaming
            ? (await rlm.StreamAsync(Book, "?").LastAsync()).ShouldBeOfType<RlmEvent.RunEnded>().Result
            : await rlm.CompleteAsync(Book, "?");

        result.StopReason.ShouldBe(StopReason.Time);
        result.Text.ShouldBe("");
        result.Usage.FailedCalls.ShouldBe(1);
    }

    [Test]
    public async Task MaxTime_PassesInASubCall_IsNotAnErrorStringButEndsTheCell()
    {
        var clock = new ManualClock();
        using var sub = new Deaf(() => clock.Advance(Limit));
        var repl = new FakeRepl().Then(async (r, _, token) =>
        {
            var cause = await Should.ThrowAsync<OperationCanceledException>(() => r.SubCalls.CallBatchAsync([Llm("a"), Llm("b")], token).AsTask());
            cause.ShouldNotBeNull();
            return new CellResult { Stopped = CellStop.Cancelled };
        });

        var result = await RunAsync(new ScriptedChatClient(Block("x")), repl, o =>
        {
            Set(o, clock);
            o.SubModel = sub;
        });

        result.StopReason.ShouldBe(StopReason.Time);
    }

    [Test]
    public async Task MaxTime_PassesInAChild_EndsTheWholeTree()
    {
        var clock = new ManualClock();
        using var sub = new Deaf(() => clock.Advance(Limit));
        var parent = new FakeRepl().Then(async (r, _, token) =>
        {
            await Should.ThrowAsync<OperationCanceledException>(() => r.SubCalls.CallAsync(new SubCall(SubCallKind.Rlm, "p", null), token).AsTask());
            return new CellResult { Stopped = CellStop.Cancelled };
        });
        var child = new FakeRepl();
        var repls = new Queue<FakeRepl>([parent, child]);

        var result = await RunAsync(new ScriptedChatClient(Block("x")), parent, o =>
        {
            Set(o, clock);
            o.MaxDepth = 2;
            o.SubModel = sub;
            o.OpenRepl = (session, token) => repls.Dequeue().OpenAsync(session, token);
        });

        result.StopReason.ShouldBe(StopReason.Time);
        result.Usage.Models.Keys.ShouldContain("sub");
        child.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task MaxTime_PassesWhileTheSessionOpens_IsAResult()
    {
        var clock = new ManualClock();

        var result = await RunAsync(new ScriptedChatClient(), new FakeRepl(), o =>
        {
            Set(o, clock);
            o.OpenRepl = (_, token) =>
            {
                clock.Advance(Limit);
                token.ThrowIfCancellationRequested();
                return default;
            };
        });

        result.StopReason.ShouldBe(StopReason.Time);
        result.Text.ShouldBe("");
    }

    [Test]
    public async Task MaxTime_CallerCancelsToo_CountsAsCancelled()
    {
        var clock = new ManualClock();
        using var source = new CancellationTokenSource();
        var repl = new FakeRepl().Then((_, _, _) =>
        {
            clock.Advance(Limit);
            source.Cancel();
            return new ValueTask<CellResult>(new CellResult { Stopped = CellStop.Cancelled });
        });

        var cancelled = await CancelledAsync(() => RunAsync(new ScriptedChatClient(Block("x")), repl, o => Set(o, clock), cancellationToken: source.Token));

        cancelled.CancellationToken.ShouldBe(source.Token);
        cancelled.Partial!.StopReason.ShouldBe(StopReason.Cancelled);
    }

    [Test]
    public async Task MaxTime_RealCellThatNeverEnds_IsInterrupted()
    {
        var clock = new ManualClock();
        var sub = new ScriptedChatClient().Otherwise(call =>
        {
            _ = Task.Run(() => clock.Advance(Limit), CancellationToken.None);
            return "now";
        });

        var result = await RunRealAsync("answer['content'] = 'half way'\nseen = 1\nllm_query('x')\nwhile True: pass", clock, sub);

        result.StopReason.ShouldBe(StopReason.Time);
        result.Text.ShouldBe("half way");
        result.Variables.Select(v => v.Name).ShouldContain("seen");
    }

    [Test]
    public async Task MaxTime_RealCellThatWaitsForASubCall_Ends()
    {
        var clock = new ManualClock();
        using var sub = new Deaf(() => clock.Advance(Limit));

        var result = await RunRealAsync("answer['content'] = 'half way'\nr = llm_query_batched(['x', 'y'])\nafter = 1", clock, sub);

        result.StopReason.ShouldBe(StopReason.Time);
        result.Text.ShouldBe("half way");
        result.Variables.Select(v => v.Name).ShouldNotContain("after");
        result.Usage.FailedCalls.ShouldBe(result.Usage.Models["sub"].Calls);
    }

    private static async Task<RlmResult> RunRealAsync(string code, TimeProvider clock, IChatClient sub)
    {
        var options = new RlmOptions { SubModel = sub };
        Set(options, clock);
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block(code)), options);
        return await rlm.CompleteAsync(Book, "?");
    }

    private static void Set(RlmOptions options, TimeProvider clock)
    {
        options.MaxTime = Limit;
        options.TimeProvider = clock;
    }

    /// <summary>A model that answers so often, and then never, whatever its token says.</summary>
    private sealed class Deaf(Action whenAsked, params string[] answersFirst) : IChatClient
    {
        private int _count;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (_count++ < answersFirst.Length)
            {
                return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answersFirst[_count - 1])));
            }

            var never = new TaskCompletionSource<ChatResponse>();
            _ = Task.Run(whenAsked, CancellationToken.None);
            return never.Task;
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            var response = await GetResponseAsync(messages, options, CancellationToken.None);
            yield return new ChatResponseUpdate(ChatRole.Assistant, response.Text);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
