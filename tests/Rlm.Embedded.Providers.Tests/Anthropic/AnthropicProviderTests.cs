using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture(false)]
[TestFixture(true)]
public sealed class AnthropicProviderTests(bool streaming)
{
    private const string Whole =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-served","content":[{"type":"thinking","thinking":"hm","signature":"sig"},{"type":"text","text":"hello"},{"type":"tool_use","id":"t1","name":"weather","input":{"city":"Rome"}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":7}}""";

    private static readonly string[] Events =
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-served","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"ping"}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"hel"}}""",
        """{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"lo"}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"weather","input":{}}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"Rome\"}"}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":7}}""",
        """{"type":"message_stop"}""",
    ];

    [Test]
    public async Task Call_WholeAnswer_IsRead()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using IChatClient client = Create(server);

        ChatResponse response = await CallAsync(client);

        response.Text.ShouldBe("hello");
        AIContent[] contents = [.. response.Messages.SelectMany(m => m.Contents)];
        string.Concat(contents.OfType<TextReasoningContent>().Select(r => r.Text)).ShouldBe("hm");
        FunctionCallContent call = contents.OfType<FunctionCallContent>().Single();
        (call.CallId, call.Name, call.Arguments!["city"]!.ToString()).ShouldBe(("t1", "weather", "Rome"));
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        response.ModelId.ShouldBe("claude-served");
        UsageDetails usage = response.Usage.ShouldNotBeNull();
        usage.CachedInputTokenCount.ShouldBe(4);
        usage.InputTokenCount.ShouldBe(17);
        usage.OutputTokenCount.ShouldBe(7);
    }

    [Test]
    public async Task Call_Request_CarriesKeyModelBoundHeadersAndFields()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using IChatClient client = Clients.Catalog(("ANTHROPIC_API_KEY", Clients.Key), ("ANTHROPIC_BASE_URL", server.Address.AbsoluteUri))
            .Create("anthropic/claude-x", new ModelOptions
            {
                Headers = new Dictionary<string, string> { ["X-Team"] = "red" },
                BodyFields = new Dictionary<string, object?> { ["service_tier"] = "auto" },
            });

        await CallAsync(client);

        server.Last.Path.ShouldBe("/v1/messages");
        server.Last.Headers["Authorization"].ShouldBe($"Bearer {Clients.Key}");
        server.Last.Headers["X-Team"].ShouldBe("red");
        JsonNode body = JsonNode.Parse(server.Last.Body)!;
        ((string?)body["model"]).ShouldBe("claude-x");
        ((int?)body["max_tokens"]).ShouldBe(8192);
        ((string?)body["service_tier"]).ShouldBe("auto");
    }

    [TestCase(401, ModelCallFailure.Unauthorized)]
    [TestCase(429, ModelCallFailure.RateLimited)]
    [TestCase(529, ModelCallFailure.ServerError)]
    public async Task Call_ErrorStatus_IsTheTypedException(int status, ModelCallFailure failure)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "3";
            return LoopbackServer.AnswerAsync(
                context, $$$"""{"type":"error","error":{"type":"x","message":"no: {{{Clients.Key}}}"}}""", status);
        });
        using IChatClient client = Create(server);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => CallAsync(client));

        exception.Failure.ShouldBe(failure);
        exception.StatusCode.ShouldBe(status);
        exception.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        exception.Message.ShouldStartWith($"anthropic/claude-x at {server.HostAndPort}: HTTP {status}: no: [key]");
        exception.ToString().ShouldNotContain(Clients.Key);
        server.Requests.Count.ShouldBe(1);
    }

    [TestCase("<html>hello</html>", "text/html")]
    [TestCase("null", "application/json")]
    [TestCase("{}", "application/json")]
    [TestCase("", "application/json")]
    [TestCase("data: nonsense\n\n", "text/event-stream")]
    public async Task Call_Garbage_IsTheTypedException(string body, string contentType)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body, 200, contentType);
        using IChatClient client = Create(server);

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).IsTransient.ShouldBeTrue();
    }

    [Test]
    public async Task Call_StreamBreaksOff_IsTheTypedException()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(async (context, _) =>
        {
            if (streaming)
            {
                await AnswerAsync(context, Events[..8]);
                return;
            }

            await LoopbackServer.AnswerAsync(context, Whole[..50]);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
        });
        using IChatClient client = Create(server);

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).IsTransient.ShouldBeTrue();
    }

    [Test]
    public async Task Call_ErrorEventInTheStream_IsTheTypedException()
    {
        Assume.That(streaming);
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(
            context, [.. Events[..8], """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""]));
        using IChatClient client = Create(server);

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).Message.ShouldContain("Overloaded");
    }

    [Test]
    public async Task Call_NoAnswer_TimesOut()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using IChatClient client = Create(server, TimeSpan.FromMilliseconds(300));

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).Failure.ShouldBe(ModelCallFailure.Timeout);
    }

    [Test]
    public async Task Call_Cancelled_IsCancelled()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using IChatClient client = Create(server);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => CallAsync(client, cancel.Token));
    }

    private static IChatClient Create(LoopbackServer server, TimeSpan? timeout = null) => Clients.Catalog().Create("anthropic/claude-x", new ModelOptions
    {
        ApiKey = Clients.Key,
        BaseUrl = server.Address.AbsoluteUri,
        MaxRetries = 0,
        Timeout = timeout ?? TimeSpan.FromSeconds(20),
    });

    private Task AnswerAsync(HttpContext context, IEnumerable<string> events) => streaming
        ? LoopbackServer.AnswerAsync(
            context,
            string.Concat(events.Select(e => $"event: {JsonNode.Parse(e)!["type"]}\ndata: {e}\n\n")),
            contentType: Wire.EventStream)
        : LoopbackServer.AnswerAsync(context, Whole);

    private Task<ChatResponse> CallAsync(IChatClient client, CancellationToken cancellationToken = default) =>
        streaming ? Clients.StreamedAsync(client, "hi", cancellationToken) : client.GetResponseAsync("hi", cancellationToken: cancellationToken);
}
