using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>Models that do what their contract does not foresee: a run ends or goes on, and says why.</summary>
[TestFixture]
internal sealed class OddChatClientTests
{
    private static readonly ChatResponse s_final = new(new ChatMessage(ChatRole.Assistant, Block("FINAL('a')")));

    private static readonly ChatResponse[] s_empty =
    [
        new(),
        new(new ChatMessage(ChatRole.Assistant, (string?)null)),
        new(new ChatMessage(ChatRole.Assistant, [])),
        new(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("1", "search", null)])),
        new(new ChatMessage(ChatRole.Assistant, [new TextContent(null)])) { Usage = new UsageDetails { InputTokenCount = -5, OutputTokenCount = long.MinValue } },
        new(new ChatMessage(ChatRole.Assistant, "\0")) { ModelId = "" },
    ];

    [Test]
    public async Task CompleteAsync_ReplyWithoutText_IsATurn([Range(0, 5)] int odd)
    {
        var root = new OddChatClient((call, _) => Task.FromResult(call == 1 ? s_empty[odd] : s_final));

        var result = await RunAsync(root, new FakeRepl().Answers("a"));

        result.Text.ShouldBe("a");
        result.Turns.ShouldBe(2);
        result.Usage.Tokens.Total.ShouldBeGreaterThanOrEqualTo(0);
    }

    [Test]
    public void CompleteAsync_NoResponseAtAll_IsAModelFailure()
    {
        var root = new OddChatClient((_, _) => Task.FromResult<ChatResponse>(null!));

        Should.Throw<RlmModelException>(() => RunAsync(root, new FakeRepl())).Partial.ShouldNotBeNull();
    }

    [Test]
    public void CompleteAsync_ThrowsBeforeATask_IsAModelFailure()
    {
        var root = new OddChatClient((_, _) => throw new FormatException("odd"));

        Should.Throw<RlmModelException>(() => RunAsync(root, new FakeRepl())).Message.ShouldContain("odd");
    }

    [Test]
    public void CompleteAsync_CancelledByItself_IsAModelFailureNotACancellation()
    {
        var root = new OddChatClient((_, _) => throw new TaskCanceledException("timed out"));

        Should.Throw<RlmModelException>(() => RunAsync(root, new FakeRepl()));
    }

    [Test]
    public async Task CompleteAsync_ModelIgnoresCancellation_EndsAllTheSame()
    {
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var root = new OddChatClient((_, _) =>
        {
            asked.SetResult();
            return new TaskCompletionSource<ChatResponse>().Task;
        });
        var run = RunAsync(root, new FakeRepl(), cancellationToken: cancel.Token);
        await asked.Task;

        await cancel.CancelAsync();

        (await CancelledAsync(() => run)).Partial.ShouldNotBeNull();
    }

    [Test]
    public async Task StreamAsync_ModelIgnoresCancellation_EndsAllTheSame()
    {
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource();
        var root = new OddChatClient(null, (_, _) => Never(asked));
        await using var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl()));
        var reading = Task.Run(() => rlm.StreamAsync(Book, "q", cancel.Token).LastAsync().AsTask());
        await asked.Task;

        await cancel.CancelAsync();

        (await CancelledAsync(() => reading)).Partial.ShouldNotBeNull();
    }

    [Test]
    public async Task CompleteAsync_ModelIgnoresCancellationAndTimeIsUp_EndsWithTheLimit()
    {
        var clock = new ManualClock();
        var asked = new TaskCompletionSource();
        var root = new OddChatClient((_, _) =>
        {
            asked.TrySetResult();
            return new TaskCompletionSource<ChatResponse>().Task;
        });
        var run = RunAsync(root, new FakeRepl(), options =>
        {
            options.TimeProvider = clock;
            options.MaxTime = TimeSpan.FromSeconds(5);
        });
        await asked.Task;

        clock.Advance(TimeSpan.FromSeconds(6));

        (await run).StopReason.ShouldBe(StopReason.Time);
    }

    [Test]
    public async Task StreamAsync_EmptyStream_IsATurn()
    {
        var root = new OddChatClient(null, (call, _) => call == 1 ? Empty() : One(Block("FINAL('a')")));
        await using var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl().Answers("a")));

        var last = await rlm.StreamAsync(Book, "q").LastAsync();

        last.ShouldBeOfType<RlmEvent.RunEnded>().Result.Turns.ShouldBe(2);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void StreamAsync_StreamOfNothing_IsAModelFailure(bool stream)
    {
        var root = new OddChatClient(null, (_, _) => stream ? Nothing() : null!);
        var rlm = new RecursiveLanguageModel(root, Options(new FakeRepl()));

        Should.Throw<RlmModelException>(() => rlm.StreamAsync(Book, "q").LastAsync().AsTask());
    }

    [Test]
    public async Task LlmQuery_SubModelAnswersNothing_IsAnErrorString()
    {
        var sub = new OddChatClient((_, _) => Task.FromResult<ChatResponse>(null!));
        var root = new ScriptedChatClient(Block("x"));
        var repl = new FakeRepl().Then(async (session, _, token) => new CellResult { FinalAnswer = await session.SubCalls.CallAsync(Llm("p"), token) });

        (await RunAsync(root, repl, options => options.SubModel = sub)).Text.ShouldStartWith("Error: ");
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Never(TaskCompletionSource asked)
    {
        asked.SetResult();
        await new TaskCompletionSource().Task;
        yield break;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Empty()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Nothing()
    {
        await Task.CompletedTask;
        yield return null!;
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> One(string text)
    {
        await Task.CompletedTask;
        yield return new ChatResponseUpdate(ChatRole.Assistant, text);
    }
}
