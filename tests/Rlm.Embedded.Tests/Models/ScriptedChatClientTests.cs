using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Tests.Models;

[TestFixture]
internal sealed class ScriptedChatClientTests
{
    private static readonly ChatMessage[] Hello = [new(ChatRole.User, "hello")];

    [Test]
    public async Task GetResponseAsync_Script_IsPlayedInOrder()
    {
        using var client = new ScriptedChatClient("one").Then(c => $"two {c.Number} {c.LastText}").Otherwise(_ => "rest");

        (await client.GetResponseAsync(Hello)).Text.ShouldBe("one");
        (await client.GetResponseAsync(Hello)).Text.ShouldBe("two 2 hello");
        (await client.GetResponseAsync(Hello)).Text.ShouldBe("rest");
        client.Calls.Count.ShouldBe(3);
    }

    [Test]
    public async Task GetResponseAsync_ScriptAtItsEnd_SaysSo()
    {
        using var client = new ScriptedChatClient();

        (await Should.ThrowAsync<InvalidOperationException>(() => client.GetResponseAsync(Hello))).Message.ShouldContain("The script has 0 replies and this is call 1");
    }

    [Test]
    public async Task Calls_MessagesChangeAfterwards_KeepsThemAsTheyWere()
    {
        using var client = new ScriptedChatClient("one");
        var messages = new List<ChatMessage>(Hello);

        await client.GetResponseAsync(messages);
        messages.Add(new ChatMessage(ChatRole.User, "more"));

        client.Calls[0].Messages.Count.ShouldBe(1);
    }

    [Test]
    public async Task GetStreamingResponseAsync_Reply_GivesReasoningPiecesAndUsage()
    {
        using var client = new ScriptedChatClient().Then(new ScriptedReply { Text = "a b", Reasoning = "hm", Usage = new UsageDetails { InputTokenCount = 3 } });

        var response = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(Hello))
        {
            response.Add(update);
        }

        response.Select(u => u.Text).ShouldBe(["", "a ", "b", ""]);
        response.ToChatResponse().Usage!.InputTokenCount.ShouldBe(3);
    }

    [Test]
    public async Task GetResponseAsync_NullText_HasNoContent()
    {
        using var client = new ScriptedChatClient().Then((ScriptedReply)(string?)null);

        (await client.GetResponseAsync(Hello)).Messages[0].Contents.ShouldBeEmpty();
    }
}
