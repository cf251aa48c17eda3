using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class ThrottledChatClientTests
{
    [Test]
    public async Task GetResponse_MoreThanAllowedAtOnce_WaitTheirTurn()
    {
        int inside = 0;
        int most = 0;
        using var inner = new FakeChatClient(async Task<ChatResponse> (call) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            return call.Prompt == "fail" ? throw new ModelCallException("x") : FakeChatClient.Reply(call.Prompt);
        });
        using var client = new ThrottledChatClient(inner, new ThrottleOptions { MaxConcurrency = 3 });

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                return (await client.GetResponseAsync(i % 10 == 0 ? "fail" : $"{i}")).Text;
            }
            catch (ModelCallException)
            {
                return "failed";
            }
        }));

        answers.ShouldBe(Enumerable.Range(0, 100).Select(i => i % 10 == 0 ? "failed" : $"{i}"));
        most.ShouldBeLessThanOrEqualTo(3);
    }

    [Test]
    public async Task GetStreamingResponse_LeftEarly_GivesItsPlaceBack()
    {
        using var inner = new FakeChatClient(_ => "one two three");
        using var client = new ThrottledChatClient(inner, new ThrottleOptions { MaxConcurrency = 1 });

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi"))
        {
            break;
        }

        (await client.GetResponseAsync("hi").WaitAsync(TimeSpan.FromSeconds(5))).Text.ShouldBe("one two three");
    }

    [Test]
    public void Take_SixtyAMinute_SpreadsTheStartsAfterABurst()
    {
        var clock = new StoppedClock();
        var pace = new PacedStart(60, clock);

        TimeSpan[] waits = [.. Enumerable.Range(0, 5).Select(_ => pace.Take()).Select(w => w > TimeSpan.Zero ? w : TimeSpan.Zero)];
        clock.Now += TimeSpan.FromMinutes(1);

        waits.ShouldBe([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3)]);
        pace.Take().ShouldBeLessThanOrEqualTo(TimeSpan.Zero);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private sealed class StoppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
