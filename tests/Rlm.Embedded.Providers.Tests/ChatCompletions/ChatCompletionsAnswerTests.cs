using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class ChatCompletionsAnswerTests
{
    [Test]
    public async Task GetResponse_EverythingThere_IsRead()
    {
        ChatResponse response = await AnswerAsync(Wire.Completion(
            """{"role":"assistant","content":"hello","reasoning_content":"let me see"}""",
            more: ""","usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,"cost":0.25,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":3},"completion_tokens_details":{"reasoning_tokens":5}}"""));

        response.Text.ShouldBe("hello");
        response.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("let me see");
        response.ResponseId.ShouldBe("c1");
        response.ModelId.ShouldBe("served");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.CreatedAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        UsageDetails usage = response.Usage.ShouldNotBeNull();
        (usage.InputTokenCount, usage.OutputTokenCount, usage.TotalTokenCount).ShouldBe((10, 7, 17));
        (usage.CachedInputTokenCount, usage.ReasoningTokenCount).ShouldBe((4, 5));
        usage.AdditionalCounts!["prompt_tokens_details.audio_tokens"].ShouldBe(3);
        response.AdditionalProperties!["cost"].ShouldBe(0.25);
    }

    [TestCase("""{"role":"assistant","content":null}""")]
    [TestCase("""{"role":"assistant","content":null,"tool_calls":null,"refusal":null,"annotations":null}""")]
    [TestCase("""{"role":"assistant"}""")]
    [TestCase("{}")]
    public async Task GetResponse_NullContent_IsAnEmptyAnswer(string message)
    {
        ChatResponse response = await AnswerAsync(Wire.Completion(message));

        response.Text.ShouldBe("");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Test]
    public async Task GetResponse_Refusal_IsErrorContent()
    {
        ChatResponse response = await AnswerAsync(Wire.Completion("""{"role":"assistant","content":null,"refusal":"I won't."}"""));

        ErrorContent error = response.Messages.Single().Contents.OfType<ErrorContent>().Single();
        (error.Message, error.ErrorCode).ShouldBe(("I won't.", "Refusal"));
    }

    [TestCase("\"length\"", "length")]
    [TestCase("\"content_filter\"", "content_filter")]
    [TestCase("\"eos\"", "stop")]
    [TestCase("null", null)]
    [TestCase("\"\"", null)]
    public async Task GetResponse_FinishReasonOfAnyKind_IsKept(string wire, string? expected) =>
        (await AnswerAsync(Wire.Completion("""{"content":"x"}""", wire))).FinishReason?.Value.ShouldBe(expected);

    [TestCase("\"{\\\"city\\\":\\\"Rome\\\",\\\"days\\\":2}\"")]
    [TestCase("{\"city\":\"Rome\",\"days\":2}")]
    public async Task GetResponse_ToolCall_HasItsArguments(string arguments)
    {
        ChatResponse response = await AnswerAsync(Wire.Completion(
            $$$"""{"content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":{{{arguments}}}}}]}""", "\"tool_calls\""));

        FunctionCallContent call = response.Messages.Single().Contents.OfType<FunctionCallContent>().Single();
        (call.CallId, call.Name).ShouldBe(("t1", "weather"));
        call.Arguments!["city"]!.ToString().ShouldBe("Rome");
        call.Exception.ShouldBeNull();
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
    }

    [Test]
    public async Task GetResponse_ToolArgumentsThatAreNotJson_AreKeptAsAnException()
    {
        ChatResponse response = await AnswerAsync(Wire.Completion(
            """{"tool_calls":[{"id":"t1","function":{"name":"f","arguments":"{oops"}}]}"""));

        response.Messages.Single().Contents.OfType<FunctionCallContent>().Single().Exception.ShouldNotBeNull();
    }

    [Test]
    public async Task GetResponse_OddNumbersAndTypes_AreTolerated()
    {
        ChatResponse response = await AnswerAsync(
            """{"created":1700000000.5,"model":null,"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"yes"}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":null,"prompt_tokens_details":null}}""");

        response.Text.ShouldBe("yes");
        response.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("hm");
        response.Usage!.InputTokenCount.ShouldBe(3);
    }

    [Test]
    public async Task GetStreamingResponse_Deltas_ComeOneByOne()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            ": waiting\n\n"
            + Wire.Chunk("""{"role":"assistant","content":""}""")
            + Wire.Chunk("""{"reasoning":"hm"}""")
            + Wire.Chunk("""{"content":"one "}""")
            + Wire.Chunk("""{"content":"two"}""")
            + Wire.Chunk("{}", "\"stop\"")
            + """data: {"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"cost":0.5}}""" + "\n\n"
            + Wire.Done,
            contentType: Wire.EventStream);
        using IChatClient client = Clients.Of(server);

        List<ChatResponseUpdate> updates = await ToListAsync(client.GetStreamingResponseAsync("hi"));

        updates.Select(u => u.Text).Where(t => t.Length > 0).ShouldBe(["one ", "two"]);
        ChatResponse response = updates.ToChatResponse();
        response.Text.ShouldBe("one two");
        response.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("hm");
        response.Usage!.TotalTokenCount.ShouldBe(7);
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.ModelId.ShouldBe("served");
        response.AdditionalProperties!["cost"].ShouldBe(0.5);
    }

    [Test]
    public async Task GetStreamingResponse_FirstDelta_ArrivesBeforeTheLastIsSent()
    {
        var seen = new TaskCompletionSource();
        await using LoopbackServer server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            await LoopbackServer.AnswerAsync(context, Wire.Chunk("""{"content":"a"}"""), contentType: Wire.EventStream);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), context.RequestAborted);
            await context.Response.WriteAsync(Wire.Chunk("""{"content":"b"}""", "\"stop\"") + Wire.Done, context.RequestAborted);
        });
        using IChatClient client = Clients.Of(server);

        string text = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hi"))
        {
            text += update.Text;
            seen.TrySetResult();
        }

        text.ShouldBe("ab");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task GetStreamingResponse_ToolCallsInPieces_ArePutTogether(bool withIndex)
    {
        string Index(int i) => withIndex ? $"\"index\":{i}," : "";
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            Wire.Chunk($$$"""{"tool_calls":[{{{{Index(0)}}}"id":"t1","type":"function","function":{"name":"f","arguments":""}}]}""")
            + Wire.Chunk($$$"""{"tool_calls":[{{{{Index(0)}}}"function":{"arguments":"{\"a\":"}}]}""")
            + Wire.Chunk($$$"""{"tool_calls":[{{{{Index(0)}}}"function":{"arguments":"1}"}}]}""")
            + Wire.Chunk($$$"""{"tool_calls":[{{{{Index(1)}}}"id":"t2","type":"function","function":{"name":"g","arguments":null}}]}""")
            + Wire.Chunk("{}", "\"tool_calls\"")
            + Wire.Done,
            contentType: Wire.EventStream);
        using IChatClient client = Clients.Of(server);

        ChatResponse response = await Clients.StreamedAsync(client);

        FunctionCallContent[] calls = [.. response.Messages.Single().Contents.OfType<FunctionCallContent>()];
        calls.Select(c => (c.CallId, c.Name)).ShouldBe([("t1", "f"), ("t2", "g")]);
        calls[0].Arguments!["a"]!.ToString().ShouldBe("1");
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
    }

    [Test]
    public async Task GetStreamingResponse_ServerIgnoresStream_GivesTheWholeAnswer()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("all at once"));
        using IChatClient client = Clients.Of(server);

        (await Clients.StreamedAsync(client)).Text.ShouldBe("all at once");
    }

    [Test]
    public async Task GetStreamingResponse_NoClosingEventButFinished_IsComplete()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            Wire.Chunk("""{"role":"","content":"ok"}""", "\"stop\""), contentType: Wire.EventStream);
        using IChatClient client = Clients.Of(server);

        (await Clients.StreamedAsync(client)).Text.ShouldBe("ok");
    }

    [TestCase("data: {\"error\":{\"message\":\"boom\",\"code\":502}}\n\n", ModelCallFailure.ServerError, "boom")]
    [TestCase("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"error\",\"error\":{\"message\":\"upstream died\"}}]}\n\n", ModelCallFailure.ServerError, "upstream died")]
    [TestCase("data: not json\n\n", ModelCallFailure.BadAnswer, "not JSON")]
    [TestCase("data: {\"hello\":1}\n\n", ModelCallFailure.BadAnswer, "not a chat completion chunk")]
    [TestCase("", ModelCallFailure.BrokenAnswer, "ended before")]
    public async Task GetStreamingResponse_GoesWrongMidway_IsTheTypedException(string rest, ModelCallFailure failure, string words)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            Wire.Chunk("""{"content":"half"}""") + rest, contentType: Wire.EventStream);
        using IChatClient client = Clients.Of(server);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => Clients.StreamedAsync(client));

        exception.Failure.ShouldBe(failure);
        exception.Message.ShouldContain(words);
    }

    private static async Task<ChatResponse> AnswerAsync(string body)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body);
        using IChatClient client = Clients.Of(server);
        return await client.GetResponseAsync("hi");
    }

    private static async Task<List<ChatResponseUpdate>> ToListAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        var list = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in updates)
        {
            list.Add(update);
        }

        return list;
    }
}
