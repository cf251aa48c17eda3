using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime.EventStreams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture(false)]
[TestFixture(true)]
public sealed class BedrockProviderTests(bool streaming)
{
    private const string Model = "anthropic.claude-x-v1:0";

    private const string Secret = "wJalrXUtnFEMI/planted-secret";

    private const string Whole =
        """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},{"text":"hello"},{"toolUse":{"toolUseId":"t1","name":"weather","input":{"city":"Rome"}}}]}},"stopReason":"tool_use","usage":{"inputTokens":10,"outputTokens":7,"totalTokens":17,"cacheReadInputTokens":4,"cacheWriteInputTokens":3},"metrics":{"latencyMs":5}}""";

    private static readonly (string Type, string Payload)[] Events =
    [
        ("messageStart", """{"role":"assistant"}"""),
        ("contentBlockDelta", """{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"hm"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":0}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"hel"}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":1,"delta":{"text":"lo"}}"""),
        ("contentBlockStop", """{"contentBlockIndex":1}"""),
        ("contentBlockStart", """{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"weather"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"city\":"}}}"""),
        ("contentBlockDelta", """{"contentBlockIndex":2,"delta":{"toolUse":{"input":"\"Rome\"}"}}}"""),
        ("contentBlockStop", """{"contentBlockIndex":2}"""),
        ("messageStop", """{"stopReason":"tool_use"}"""),
        ("metadata", """{"usage":{"inputTokens":10,"outputTokens":7,"totalTokens":17,"cacheReadInputTokens":4,"cacheWriteInputTokens":3},"metrics":{"latencyMs":5}}"""),
    ];

    [Test]
    public async Task Call_WholeAnswer_IsRead()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using IChatClient client = Create(server);

        ChatResponse response = await CallAsync(client);

        response.Text.ShouldBe("hello");
        AIContent[] contents = [.. response.Messages.Single().Contents];
        contents.OfType<TextReasoningContent>().Single().Text.ShouldBe("hm");
        FunctionCallContent call = contents.OfType<FunctionCallContent>().Single();
        (call.CallId, call.Name, call.Arguments!["city"]!.ToString()).ShouldBe(("t1", "weather", "Rome"));
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        response.ModelId.ShouldBe(Model);
        UsageDetails usage = response.Usage.ShouldNotBeNull();
        (usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount).ShouldBe((17, 7, 4));
    }

    [Test]
    public async Task Call_Request_IsSignedAsTheServerComputesIt()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using IChatClient client = Create(server);

        await CallAsync(client);

        ReceivedRequest sent = server.Last;
        sent.RawTarget.ShouldBe($"/model/anthropic.claude-x-v1%3A0/converse{(streaming ? "-stream" : "")}");
        sent.Headers["x-amz-security-token"].ShouldBe("session");
        string[] signed = ["host", "x-amz-date", "x-amz-security-token"];
        var request = new AwsRequest(
            "POST",
            sent.RawTarget,
            "",
            [.. signed.Select(h => new KeyValuePair<string, string>(h, sent.Headers[h]))],
            Encoding.UTF8.GetBytes(sent.Body));
        sent.Headers["Authorization"].ShouldBe(
            AwsSignatureV4.Authorization(request, new AwsKeys("AKIDEXAMPLE", Secret, "session"), "eu-west-1", "bedrock"));
    }

    [Test]
    public async Task Call_Conversation_IsWrittenAsTheApiWantsIt()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using IChatClient client = Create(server);
        AIFunction tool = AIFunctionFactory.Create((string city) => city, "weather", "tells the weather");

        await CallAsync(
            client,
            [
                new ChatMessage(ChatRole.System, "be brief"),
                new ChatMessage(ChatRole.User, "one"),
                new ChatMessage(ChatRole.User, [new TextContent("two"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")]),
                new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("t0", "weather", new Dictionary<string, object?> { ["city"] = "Rome" })]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("t0", "rain")]),
            ],
            new ChatOptions { MaxOutputTokens = 9, Temperature = 0.5f, StopSequences = ["END"], Tools = [tool], ToolMode = ChatToolMode.RequireAny });

        JsonNode body = JsonNode.Parse(server.Last.Body)!;
        body["toolConfig"]!["tools"]![0]!["toolSpec"]!["inputSchema"]!["json"]!["properties"]!["city"].ShouldNotBeNull();
        body["toolConfig"]!["toolChoice"]!.ToJsonString().ShouldBe("""{"any":{}}""");
        body.AsObject().Remove("toolConfig");
        JsonNode.DeepEquals(body, JsonNode.Parse(
            """
            {"messages":[
              {"role":"user","content":[{"text":"one"},{"text":"two"},{"image":{"format":"png","source":{"bytes":"AQID"}}}]},
              {"role":"assistant","content":[{"toolUse":{"toolUseId":"t0","name":"weather","input":{"city":"Rome"}}}]},
              {"role":"user","content":[{"toolResult":{"toolUseId":"t0","content":[{"text":"rain"}],"status":"success"}}]}],
             "system":[{"text":"be brief"}],
             "inferenceConfig":{"maxTokens":9,"temperature":0.5,"stopSequences":["END"]}}
            """)).ShouldBeTrue(body.ToJsonString());
    }

    [TestCase(403, ModelCallFailure.Unauthorized)]
    [TestCase(429, ModelCallFailure.RateLimited)]
    [TestCase(500, ModelCallFailure.ServerError)]
    public async Task Call_ErrorStatus_IsTheTypedException(int status, ModelCallFailure failure)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync("""{"message":"the words"}""", status);
        using IChatClient client = Create(server);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => CallAsync(client));

        exception.Failure.ShouldBe(failure);
        exception.Message.ShouldStartWith($"bedrock/{Model} at {server.HostAndPort}: HTTP {status}: the words");
    }

    [TestCase("<html>hello</html>")]
    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("")]
    public async Task Call_Garbage_IsTheTypedException(string body)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body);
        using IChatClient client = Create(server);

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).IsTransient.ShouldBeTrue();
    }

    [Test]
    public async Task Call_StreamBreaksOffOrIsDamaged_IsTheTypedException()
    {
        Assume.That(streaming);
        byte[] whole = Frames(Events);
        byte[] damaged = [.. whole];
        damaged[40] ^= 1;
        foreach (byte[] body in new[] { Frames(Events[..5]), whole[..200], damaged })
        {
            await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask());
            using IChatClient client = Create(server);

            (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).IsTransient.ShouldBeTrue();
        }
    }

    [Test]
    public async Task Call_ExceptionInTheStream_IsTheTypedException()
    {
        Assume.That(streaming);
        byte[] body = [.. Frames(Events[..4]), .. Frame("exception", ":exception-type", "throttlingException", """{"message":"too fast"}""")];
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask());
        using IChatClient client = Create(server);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => CallAsync(client));

        exception.Failure.ShouldBe(ModelCallFailure.RateLimited);
        exception.Message.ShouldContain("too fast");
    }

    [Test]
    public async Task Call_NoAnswer_TimesOut()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using IChatClient client = Create(server, TimeSpan.FromMilliseconds(300));

        (await Should.ThrowAsync<ModelCallException>(() => CallAsync(client))).Failure.ShouldBe(ModelCallFailure.Timeout);
    }

    [Test]
    public async Task Create_WithApiKey_UsesTheCompatibleEndpoint()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog(
            ("AWS_BEARER_TOKEN_BEDROCK", Clients.Key), ("AWS_REGION", "us-east-1"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.Address.AbsoluteUri))
            .Create("bedrock/openai.gpt-oss-120b-1:0");

        await CallAsync(client);

        server.Last.Path.ShouldBe("/openai/v1/chat/completions");
        server.Last.Headers["Authorization"].ShouldBe($"Bearer {Clients.Key}");
    }

    [Test]
    public async Task Call_WithAClientOfTheCaller_GoesThroughIt()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) => AnswerAsync(context, Events));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Mine", "yes");
        using IChatClient client = Create(server, http: http);

        await CallAsync(client);
        await CallAsync(client);

        server.Last.Headers["X-Mine"].ShouldBe("yes");
    }

    [Test]
    public void Create_WithoutKeyOrRegion_NamesTheVariables()
    {
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog(("AWS_REGION", "us-east-1")).Create("bedrock/m"))
            .Message.ShouldContain("AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog(("AWS_BEARER_TOKEN_BEDROCK", Clients.Key)).Create("bedrock/m"))
            .Message.ShouldContain("AWS_REGION");
    }

    private static IChatClient Create(LoopbackServer server, TimeSpan? timeout = null, HttpClient? http = null) => Clients.Catalog(
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", Secret), ("AWS_SESSION_TOKEN", "session"), ("AWS_REGION", "eu-west-1"))
        .Create($"bedrock/{Model}", new ModelOptions
        {
            BaseUrl = server.Address.AbsoluteUri,
            MaxRetries = 0,
            Timeout = timeout ?? TimeSpan.FromSeconds(20),
            HttpClient = http,
        });

    private static byte[] Frames(IEnumerable<(string Type, string Payload)> events) =>
        [.. events.SelectMany(e => Frame("event", ":event-type", e.Type, e.Payload))];

    private static byte[] Frame(string messageType, string typeHeader, string type, string payload) => new EventStreamMessage(
        [Header(":message-type", messageType), Header(typeHeader, type), Header(":content-type", "application/json")],
        Encoding.UTF8.GetBytes(payload)).ToByteArray();

    private static EventStreamHeader Header(string name, string value)
    {
        var header = new EventStreamHeader(name);
        header.SetString(value);
        return header;
    }

    private async Task AnswerAsync(HttpContext context, IEnumerable<(string Type, string Payload)> events)
    {
        if (!streaming)
        {
            await LoopbackServer.AnswerAsync(context, Whole);
            return;
        }

        context.Response.ContentType = "application/vnd.amazon.eventstream";
        await context.Response.Body.WriteAsync(Frames(events), context.RequestAborted);
    }

    private Task<ChatResponse> CallAsync(IChatClient client) => CallAsync(client, [new ChatMessage(ChatRole.User, "hi")], options: null);

    private Task<ChatResponse> CallAsync(IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options) =>
        streaming ? client.GetStreamingResponseAsync(messages, options).ToChatResponseAsync() : client.GetResponseAsync(messages, options);
}
