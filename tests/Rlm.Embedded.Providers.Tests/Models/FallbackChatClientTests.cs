using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class FallbackChatClientTests
{
    private static readonly ModelCallException Down = new("down") { Failure = ModelCallFailure.Unreachable };

    [Test]
    public async Task GetResponse_FirstIsDown_AsksTheSecond()
    {
        using var client = new FallbackChatClient(FakeChatClient.Failing(Down), new FakeChatClient(_ => "second"));

        (await client.GetResponseAsync("hi")).Text.ShouldBe("second");
        (await Clients.StreamedAsync(client)).Text.ShouldBe("second");
    }

    [Test]
    public async Task GetResponse_AllAreDown_ThrowsTheLastFailure()
    {
        var last = new ModelCallException("last") { Failure = ModelCallFailure.Timeout };
        using var client = new FallbackChatClient(FakeChatClient.Failing(Down), FakeChatClient.Failing(last));

        (await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"))).ShouldBeSameAs(last);
        (await Should.ThrowAsync<ModelCallException>(() => Clients.StreamedAsync(client))).ShouldBeSameAs(last);
    }

    [Test]
    public async Task GetResponse_MalformedRequest_IsNotAskedElsewhere()
    {
        var second = new FakeChatClient(_ => "second");
        using var client = new FallbackChatClient(FakeChatClient.Failing(new ModelCallException("bad") { Failure = ModelCallFailure.InvalidRequest }), second);

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));
        second.Calls.ShouldBe(0);
    }

    [Test]
    public async Task GetStreamingResponse_BreaksInTheMiddle_DoesNotStartAnew()
    {
        using var client = new FallbackChatClient(
            new FakeChatClient(_ => "one two three") { Break = _ => (1, Down) }, new FakeChatClient(_ => "second"));

        await Should.ThrowAsync<ModelCallException>(() => Clients.StreamedAsync(client));
    }
}
