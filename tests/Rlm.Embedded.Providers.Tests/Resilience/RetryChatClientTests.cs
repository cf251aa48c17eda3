using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class RetryChatClientTests
{
    private static readonly ModelCallException Overloaded = new("overloaded") { Failure = ModelCallFailure.ServerError };

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    [Test]
    public async Task GetResponse_FailsTwiceInPassing_SucceedsAtTheThird()
    {
        var waits = new List<(int Retry, TimeSpan Wait)>();
        using var inner = new FakeChatClient(call => call.Number < 3 ? throw Overloaded : "fine");
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short, OnRetry = (_, retry, wait) => waits.Add((retry, wait)) });

        (await client.GetResponseAsync("hi")).Text.ShouldBe("fine");

        inner.Calls.ShouldBe(3);
        waits.Select(w => w.Retry).ShouldBe([1, 2]);
    }

    [Test]
    public async Task GetResponse_FailsTooOften_ThrowsTheLastFailureAsItCame()
    {
        using var inner = FakeChatClient.Failing(Overloaded);
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short, MaxRetries = 3 });

        (await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"))).ShouldBeSameAs(Overloaded);
        inner.Calls.ShouldBe(4);
    }

    [TestCase(ModelCallFailure.InvalidRequest)]
    [TestCase(ModelCallFailure.Unauthorized)]
    [TestCase(ModelCallFailure.NotFound)]
    [TestCase(ModelCallFailure.QuotaExhausted)]
    public async Task GetResponse_FailsForGood_IsNotRepeated(ModelCallFailure failure)
    {
        using var inner = FakeChatClient.Failing(new ModelCallException("no") { Failure = failure });
        using var client = new RetryChatClient(inner);

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));
        inner.Calls.ShouldBe(1);
    }

    [Test]
    public async Task GetResponse_ServerSaysHowLong_WaitsThatLong()
    {
        TimeSpan waited = default;
        using var inner = new FakeChatClient(call => call.Number > 1 ? "fine" : throw new ModelCallException("slow down")
        {
            Failure = ModelCallFailure.RateLimited,
            RetryAfter = TimeSpan.FromMilliseconds(37),
        });
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = TimeSpan.FromMinutes(5), OnRetry = (_, _, wait) => waited = wait });

        await client.GetResponseAsync("hi");

        waited.ShouldBe(TimeSpan.FromMilliseconds(37));
    }

    [Test]
    public async Task GetResponse_ServerAsksToWaitTooLong_FailsAtOnce()
    {
        using var inner = FakeChatClient.Failing(new ModelCallException("tomorrow")
        {
            Failure = ModelCallFailure.RateLimited,
            RetryAfter = TimeSpan.FromHours(9),
        });
        using var client = new RetryChatClient(inner);

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));
        inner.Calls.ShouldBe(1);
    }

    [Test]
    public async Task GetResponse_TimeForRetriesIsOver_FailsAtOnce()
    {
        var clock = new HandClock();
        using var inner = new FakeChatClient(string (_) =>
        {
            clock.Now += TimeSpan.FromMinutes(1);
            throw new ModelCallException("silence") { Failure = ModelCallFailure.Timeout };
        });
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short, MaxRetries = 9, MaxElapsed = TimeSpan.FromMinutes(2), TimeProvider = clock });

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));
        inner.Calls.ShouldBe(2);
    }

    [Test]
    public void Defaults_Together_AreSilentForThreeMinutesAtMost()
    {
        new ModelOptions().Timeout.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(3));
        new RetryOptions().MaxElapsed.ShouldBeLessThanOrEqualTo(new ModelOptions().Timeout);
    }

    [Test]
    public async Task GetResponse_CancelledWhileWaiting_EndsAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        using var inner = FakeChatClient.Failing(Overloaded);
        using var client = new RetryChatClient(inner, new RetryOptions
        {
            BaseDelay = TimeSpan.FromMinutes(5),
            OnRetry = (_, _, _) => cancel.CancelAfter(20),
        });

        await Should.ThrowAsync<OperationCanceledException>(() => client.GetResponseAsync("hi", cancellationToken: cancel.Token));
    }

    [Test]
    public async Task GetResponse_MessagesThatCanBeReadOnce_AreSentWholeAgain()
    {
        using var inner = new FakeChatClient(call => call.Number < 2 ? throw Overloaded : call.Prompt);
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short });
        var once = new Queue<ChatMessage>([new ChatMessage(ChatRole.User, "hi")]);

        (await client.GetResponseAsync(Drain(once))).Text.ShouldBe("hi");

        static IEnumerable<ChatMessage> Drain(Queue<ChatMessage> queue)
        {
            while (queue.TryDequeue(out ChatMessage? message))
            {
                yield return message;
            }
        }
    }

    [Test]
    public async Task GetStreamingResponse_BreaksBeforeContent_IsRepeated()
    {
        using var inner = new FakeChatClient(_ => "one two three") { Break = call => call.Number == 1 ? (0, Overloaded) : null };
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short });

        (await Clients.StreamedAsync(client)).Text.ShouldBe("one two three");
    }

    [Test]
    public async Task GetStreamingResponse_BreaksInTheMiddle_IsNotRepeated()
    {
        using var inner = new FakeChatClient(_ => "one two three") { Break = _ => (2, Overloaded) };
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short });

        await Should.ThrowAsync<ModelCallException>(() => Clients.StreamedAsync(client));
        inner.Calls.ShouldBe(1);
    }

    [Test]
    public async Task GetStreamingResponse_BreaksInTheMiddleButHeldBack_IsRepeated()
    {
        using var inner = new FakeChatClient(_ => "one two three") { Break = call => call.Number == 1 ? (2, Overloaded) : null };
        using var client = new RetryChatClient(inner, new RetryOptions { BaseDelay = Short, BufferStreams = true });

        (await Clients.StreamedAsync(client)).Text.ShouldBe("one two three");
        inner.Calls.ShouldBe(2);
    }

    /// <summary>A clock that stands still until it is set; its timers are real.</summary>
    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
