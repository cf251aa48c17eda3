using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Engine;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class StreamTests
{
    [Test]
    public async Task StreamAsync_AWholeRun_GivesItsEventsInOrder()
    {
        var root = new ScriptedChatClient().Then(new ScriptedReply { Reasoning = "hm", Text = Block("llm_query('q')"), Deltas = ["```repl\n", "llm_query('q')", "\n```"] });
        var repl = new FakeRepl().Then(async (r, _, token) => new CellResult { FinalAnswer = await r.SubCalls.CallAsync(Llm("q"), token) });

        var events = await CollectAsync(root, repl, o => o.SubModel = new ScriptedChatClient("yes"));

        events.Select(e => e.GetType().Name).ShouldBe([
            "RunStarted", "ContextLoaded", "TurnStarted", "ReasoningDelta", "TextDelta", "TextDelta", "TextDelta", "Replied",
            "CellStarted", "SubCallStarted", "SubCallEnded", "CellEnded", "TurnEnded", "RunEnded",
        ]);
        var sub = (RlmEvent.SubCallEnded)events[10];
        sub.Depth.ShouldBe(1);
        sub.SubCall.Response.ShouldBe("yes");
        sub.Id.ShouldBe(((RlmEvent.SubCallStarted)events[9]).Id);
        var ended = (RlmEvent.RunEnded)events[^1];
        ended.Result.Text.ShouldBe("yes");
        events.ShouldAllBe(e => e.RunId == ended.Result.RunId);
    }

    [TestCase("FINAL(guess)", "before you had seen any output")]
    [TestCase("FINAL_VAR(nothing)", "no variable named 'nothing'")]
    [TestCase("The text reads:\n\n    FINAL(evil)\n\nI go on.", "may only be quoted")]
    public async Task StreamAsync_AnswerNotTaken_SaysWhyInTheModelsWords(string reply, string words)
    {
        var root = new ScriptedChatClient(reply, Block("print(1)"), "FINAL(done)");

        var events = await CollectAsync(root, new FakeRepl().Prints("1"));

        var notice = events.OfType<RlmEvent.Noticed>().First();
        notice.Turn.ShouldBe(1);
        root.Calls[1].LastText.ShouldContain(notice.Notice);
        notice.Notice.ShouldContain(words);
    }

    [Test]
    public async Task StreamAsync_UsageInTheStream_IsCounted()
    {
        var events = await CollectAsync(new ScriptedChatClient().Then(WithUsage(Block("x"), 10, 2)), new FakeRepl().Answers("1"));

        ((RlmEvent.RunEnded)events[^1]).Result.Usage.Tokens.ShouldBe(new TokenUsage(10, 2));
    }

    [Test]
    public async Task StreamAsync_EnumerationLeft_CancelsTheRun()
    {
        var root = new ScriptedChatClient(Block("x")).Otherwise(_ => new ScriptedReply { Text = "late", Delay = TimeSpan.FromHours(1) });
        var repl = new FakeRepl().Prints("1");
        await using var rlm = new RecursiveLanguageModel(root, Options(repl));

        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            if (happened is RlmEvent.TurnStarted { Turn: 2 })
            {
                break;
            }
        }

        repl.Disposed.ShouldBeTrue();
    }

    [Test]
    public async Task StreamAsync_Cancelled_ThrowsWithThePartialResult()
    {
        using var source = new CancellationTokenSource();
        var repl = new FakeRepl().Then((_, _, _) =>
        {
            source.Cancel();
            return new ValueTask<CellResult>(new CellResult { Stopped = CellStop.Cancelled });
        });
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(repl));

        var cancelled = await CancelledAsync(async () =>
        {
            await foreach (var _ in rlm.StreamAsync(Book, "?", source.Token))
            {
            }
        });

        cancelled.Partial!.Trajectory.Count.ShouldBe(1);
    }

    [Test]
    public async Task StreamAsync_RootModelFails_ThrowsAfterTheEvents()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient().ThenFail(new InvalidOperationException("down")), Options(new FakeRepl()));
        var events = new List<RlmEvent>();

        await Should.ThrowAsync<RlmModelException>(async () =>
        {
            await foreach (var happened in rlm.StreamAsync(Book, "?"))
            {
                events.Add(happened);
            }
        });

        events.OfType<RlmEvent.TurnStarted>().Count().ShouldBe(1);
        events[^1].ShouldBeOfType<RlmEvent.RunEnded>().Failure.ShouldBeOfType<RlmModelException>();
    }

    [Test]
    public async Task StreamAsync_ReaderFarBehind_ModelIsNotReadOn()
    {
        var endless = new EndlessModel();
        await using var rlm = new RecursiveLanguageModel(endless, Options(new FakeRepl()));
        var enumerator = rlm.StreamAsync(Book, "?").GetAsyncEnumerator();

        (await enumerator.MoveNextAsync()).ShouldBeTrue();
        await endless.Waits;

        endless.Pieces.ShouldBeLessThanOrEqualTo(EventFeed.MostUnread + 1);
        await enumerator.DisposeAsync();
        endless.IsDisposed.ShouldBeTrue();
    }

    [Test]
    public async Task StreamAsync_NotEnumerated_StartsNothing()
    {
        var root = new ScriptedChatClient();
        await using var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl()));

        _ = rlm.StreamAsync(Book, "?");

        root.Calls.ShouldBeEmpty();
    }

    [Test]
    public async Task StreamAsync_CellsPrint_OutputComesBeforeTheirEnd()
    {
        await using var rlm = new RecursiveLanguageModel(
            new ScriptedChatClient(Block("import sys\nfor i in range(3): print(i)\nprint('e', file=sys.stderr)\n7"), Block("FINAL('done')")));
        var events = new List<RlmEvent>();

        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            events.Add(happened);
        }

        var outputs = events.OfType<RlmEvent.CellOutput>().ToList();
        string.Concat(outputs.Where(e => !e.Output.IsError).Select(e => e.Output.Text)).ShouldBe("0\n1\n2\n7\n");
        string.Concat(outputs.Where(e => e.Output.IsError).Select(e => e.Output.Text)).ShouldBe("e\n");
        outputs.ShouldAllBe(e => e.Turn == 1 && e.Cell == 1);
        events.IndexOf(outputs[^1]).ShouldBeLessThan(events.FindIndex(e => e is RlmEvent.CellEnded));
    }

    [Test]
    public async Task StreamAsync_RunningCellPrints_OutputComesWhileItRuns()
    {
        var go = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var rlm = new RecursiveLanguageModel(
            new ScriptedChatClient(Block("print('before')\nFINAL(llm_query('wait'))")), new RlmOptions { SubModel = new WaitingModel(go.Task) });

        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            if (happened is RlmEvent.CellOutput)
            {
                go.TrySetResult("after"); // the cell cannot end before this
            }
            else if (happened is RlmEvent.RunEnded ended)
            {
                ended.Result.Text.ShouldBe("after");
            }
        }

        go.Task.IsCompleted.ShouldBeTrue();
    }

    [Test]
    public async Task StreamAsync_InASession_OutputIsHeardInEachQuestion()
    {
        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("print('one')\nFINAL(1)"), Block("print('two')\nFINAL(2)"), Block("print('three')\nFINAL(3)")));
        await using var session = await rlm.OpenSessionAsync();
        var heard = new List<string>();

        foreach (var question in (string[])["a?", "b?"])
        {
            await foreach (var happened in session.StreamAsync(Book, question))
            {
                if (happened is RlmEvent.CellOutput output)
                {
                    heard.Add(output.Output.Text);
                }
            }
        }

        (await session.CompleteAsync("c?")).Text.ShouldBe("3");
        string.Concat(heard).ShouldBe("one\ntwo\n");
    }

    [Test]
    public async Task StreamAsync_Children_AreToldApartByTheirRunId()
    {
        var parent = new FakeRepl().Then(async (r, _, token) =>
            new CellResult { FinalAnswer = string.Join(',', await r.SubCalls.CallBatchAsync([new(SubCallKind.Rlm, "a", null), new(SubCallKind.Rlm, "b", null)], token)) });
        var first = parent;
        var events = await CollectAsync(new ScriptedChatClient(Block("x")), parent, o =>
        {
            o.MaxDepth = 2;
            o.SubModel = new ScriptedChatClient().Otherwise(_ => Block("x"));
            o.OpenRepl = (session, token) => (Interlocked.Exchange(ref first, null) ?? new FakeRepl().Answers("c")).OpenAsync(session, token);
        });

        var root = events[0].RunId;
        var children = events.OfType<RlmEvent.RunStarted>().Skip(1).ToList();
        children.Count.ShouldBe(2);
        children.ShouldAllBe(child => child.ParentRunId == root && child.Depth == 1);
        children[0].RunId.ShouldNotBe(children[1].RunId);
        events.OfType<RlmEvent.SubCallEnded>().Select(e => e.SubCall.Child!.RunId).Order().ShouldBe(children.Select(child => child.RunId).Order());
    }

    [Test]
    public async Task CompleteAsync_NobodyListens_DoesNotStream()
    {
        var root = new NoStreaming(new ScriptedChatClient(Block("x")));

        (await RunAsync(root, new FakeRepl().Answers("1"))).Text.ShouldBe("1");
    }

    private static async Task<List<RlmEvent>> CollectAsync(IChatClient root, FakeRepl repl, Action<RlmOptions>? configure = null)
    {
        var options = Options(repl);
        configure?.Invoke(options);
        await using var rlm = new RecursiveLanguageModel(root, options);
        var events = new List<RlmEvent>();
        await foreach (var happened in rlm.StreamAsync(Book, "?"))
        {
            events.Add(happened);
        }

        return events;
    }

    private sealed class EndlessModel : IChatClient
    {
        private readonly TaskCompletionSource _waits = new();

        public int Pieces { get; private set; }

        public bool IsDisposed { get; private set; }

        /// <summary>As many pieces are taken as are before the engine waits for its reader.</summary>
        public Task Waits => _waits.Task;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            try
            {
                while (true)
                {
                    Pieces++;
                    if (Pieces == EventFeed.MostUnread - 3)
                    {
                        _waits.SetResult();
                    }

                    yield return new ChatResponseUpdate(ChatRole.Assistant, "x");
                }
            }
            finally
            {
                IsDisposed = true;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class WaitingModel(Task<string> answer) : DelegatingChatClient(new ScriptedChatClient())
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            new(new ChatMessage(ChatRole.Assistant, await answer.WaitAsync(cancellationToken)));
    }

    private sealed class NoStreaming(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
