using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture("memory")]
[TestFixture("folder")]
public sealed class CachingChatClientTests(string kind)
{
    private string _folder = "";

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("rlm-cache-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task GetResponse_AskedTwice_IsAnsweredOnceAndCostsNothingTheSecondTime()
    {
        using var inner = new FakeChatClient(_ => "hello");
        using var client = new CachingChatClient(inner, Cache());

        ChatResponse first = await client.GetResponseAsync("hi");
        ChatResponse second = await client.GetResponseAsync("hi");
        ChatResponse streamed = await Clients.StreamedAsync(client);

        inner.Calls.ShouldBe(1);
        first.Usage!.TotalTokenCount.ShouldBe(5);
        foreach (ChatResponse cached in new[] { second, streamed })
        {
            cached.Text.ShouldBe("hello");
            cached.Usage!.TotalTokenCount.ShouldBe(0);
            cached.FinishReason.ShouldBe(ChatFinishReason.Stop);
        }

        second.AdditionalProperties![CachingChatClient.FromCacheKey].ShouldBe(true);
    }

    [Test]
    public async Task GetStreamingResponse_ReadToTheEnd_IsKept()
    {
        using var inner = new FakeChatClient(_ => "one two three");
        using var client = new CachingChatClient(inner, Cache());

        await Clients.StreamedAsync(client);

        (await client.GetResponseAsync("hi")).Text.ShouldBe("one two three");
        inner.Calls.ShouldBe(1);
    }

    [Test]
    public async Task GetResponse_AnyOptionDiffers_IsAnotherRequest()
    {
        using var inner = new FakeChatClient(call => $"{call.Number}");
        using var client = new CachingChatClient(inner, Cache());
        ChatOptions?[] different =
        [
            null,
            new() { Temperature = 0.5f },
            new() { Temperature = 0.7f },
            new() { MaxOutputTokens = 5 },
            new() { ModelId = "m2" },
            new() { Instructions = "be brief" },
            new() { ResponseFormat = ChatResponseFormat.Json },
            new() { Tools = [AIFunctionFactory.Create(() => 1, "f")] },
            new() { AdditionalProperties = new() { ["top_a"] = 1 } },
            new() { Reasoning = new() { Effort = ReasoningEffort.High } },
        ];

        foreach (ChatOptions? options in different)
        {
            await client.GetResponseAsync("hi", options);
            await client.GetResponseAsync("hi", options);
        }

        inner.Calls.ShouldBe(different.Length);
    }

    [Test]
    public async Task GetResponse_Failure_IsNotKept()
    {
        using var inner = new FakeChatClient(call => call.Number == 1 ? throw new ModelCallException("x") : "fine");
        using var client = new CachingChatClient(inner, Cache());

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));
        (await client.GetResponseAsync("hi")).Text.ShouldBe("fine");
    }

    [Test]
    public async Task GetResponse_DamagedFile_IsAskedAgain()
    {
        Assume.That(kind == "folder");
        using var inner = new FakeChatClient(call => $"{call.Number}");
        using var client = new CachingChatClient(inner, Cache());
        await client.GetResponseAsync("hi");
        await File.WriteAllTextAsync(Directory.GetFiles(_folder, "*.json", SearchOption.AllDirectories).Single(), "{\"half");

        (await client.GetResponseAsync("hi")).Text.ShouldBe("2");
        (await client.GetResponseAsync("hi")).Text.ShouldBe("2");
    }

    [Test]
    public async Task Keep_MoreThanFits_DropsTheOldest()
    {
        var cache = new MemoryResponseCache(2);
        foreach (string key in new[] { "aa", "bb", "cc" })
        {
            await cache.KeepAsync(key, FakeChatClient.Reply(key), default);
        }

        (await cache.FindAsync("aa", default)).ShouldBeNull();
        (await cache.FindAsync("cc", default))!.Text.ShouldBe("cc");
    }

    private IResponseCache Cache() => kind == "memory" ? new MemoryResponseCache() : new FolderResponseCache(_folder);
}
