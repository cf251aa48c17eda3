using Microsoft.Extensions.AI;
using NUnit.Framework;
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
            "RunStarted", "TurnStarted", "ReasoningDelta", "TextDelta", "TextDelta", "TextDelta", "Replied",
            "CellStarted", "SubCallStarted", "SubCallEnded", "CellEnded", "RunEnded",
        ]);
        var sub = (RlmEvent.SubCallEnded)events[9];
        sub.Depth.ShouldBe(1);
        sub.SubCall.Response.ShouldBe("yes");
        sub.Id.ShouldBe(((RlmEvent.SubCallStarted)events[8]).Id);
        ((RlmEvent.RunEnded)events[^1]).Result.Text.ShouldBe("yes");
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

    private sealed class NoStreaming(IChatClient inner) : DelegatingChatClient(inner)
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
