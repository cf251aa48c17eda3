#pragma warning disable OPENAI001 // The SDK marks its ResponsesClient experimental.
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using OpenAI.Responses;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class ResponsesAnswerTests
{
    private const string Created = """data: {"type":"response.created","response":{"id":"r1","status":"in_progress","model":"served"}}""" + "\n\n";

    [Test]
    public async Task GetResponse_RefusalAndReasoning_AreRead()
    {
        ChatResponse response = await AnswerAsync(
            """{"id":"r1","status":"completed","model":"m","output":[{"type":"reasoning","id":"rs","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"sealed"},{"type":"message","content":[{"type":"refusal","refusal":"I won't."}]}]}""");

        TextReasoningContent reasoning = response.Messages.Single().Contents.OfType<TextReasoningContent>().Single();
        (reasoning.Text, reasoning.ProtectedData).ShouldBe(("a\n\nb", "sealed"));
        response.Messages.Single().Contents.OfType<ErrorContent>().Single().ErrorCode.ShouldBe("Refusal");
    }

    [TestCase("""{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}""", "length")]
    [TestCase("""{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}""", "content_filter")]
    [TestCase("""{"status":"completed","output":[]}""", "stop")]
    public async Task GetResponse_Status_IsTheFinishReason(string body, string reason) =>
        (await AnswerAsync(body)).FinishReason!.Value.Value.ShouldBe(reason);

    [TestCase("""{"status":"failed","error":{"code":"server_error","message":"it broke"},"output":[]}""")]
    [TestCase("""{"status":"failed","error":null,"output":[]}""")]
    public async Task GetResponse_Failed_IsTheTypedException(string body) =>
        (await Should.ThrowAsync<ModelCallException>(() => AnswerAsync(body))).IsTransient.ShouldBeTrue();

    [TestCase("""data: {"type":"error","code":"server_error","message":"boom"}""", "boom")]
    [TestCase("""data: {"type":"response.failed","response":{"status":"failed","error":{"code":"rate_limit_exceeded","message":"slow down"}}}""", "slow down")]
    [TestCase("data: nonsense", "not JSON")]
    [TestCase("data: {\"a\":1}", "not one of a response")]
    [TestCase("data: {\"type\":\"response.new_thing\"}", "ended before")]
    public async Task GetStreamingResponse_GoesWrong_IsTheTypedException(string events, string words)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Created + events + "\n\n", contentType: Wire.EventStream);
        using IChatClient client = Clients.Of(server.BaseUrl, api: ModelApi.Responses);

        (await Should.ThrowAsync<ModelCallException>(() => Clients.StreamedAsync(client))).Message.ShouldContain(words);
    }

    [Test]
    public async Task Request_Conversation_IsWrittenAsItems()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok", ModelApi.Responses));
        using IChatClient client = Clients.Of(server.BaseUrl, api: ModelApi.Responses);

        await client.GetResponseAsync(
        [
            new ChatMessage(ChatRole.User, [new TextContent("see"), new DataContent(new byte[] { 1 }, "image/png")]),
            new ChatMessage(ChatRole.Assistant,
            [
                new TextReasoningContent("hm") { ProtectedData = "sealed" },
                new TextContent("calling"),
                new FunctionCallContent("t1", "f", new Dictionary<string, object?> { ["a"] = 1 }),
            ]),
            new ChatMessage(ChatRole.Tool, [new FunctionResultContent("t1", "done")]),
        ]);

        JsonNode.DeepEquals(JsonNode.Parse(server.Last.Body)!["input"], JsonNode.Parse(
            """
            [{"type":"message","role":"user","content":[{"type":"input_text","text":"see"},{"type":"input_image","image_url":"data:image/png;base64,AQ=="}]},
             {"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"sealed"},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"calling","annotations":[]}]},
             {"type":"function_call","call_id":"t1","name":"f","arguments":"{\"a\":1}"},
             {"type":"function_call_output","call_id":"t1","output":"done"}]
            """)).ShouldBeTrue(server.Last.Body);
    }

    [Test]
    public void GetService_Client_GivesTheSdksAndTheMetadata()
    {
        using IChatClient client = Clients.Of("http://localhost:1/v1", api: ModelApi.Responses);

        client.GetService<ResponsesClient>().ShouldNotBeNull();
        client.GetService<ChatClientMetadata>()!.DefaultModelId.ShouldBe("openai/test-model");
    }

    private static async Task<ChatResponse> AnswerAsync(string body)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(body);
        using IChatClient client = Clients.Of(server.BaseUrl, api: ModelApi.Responses);
        return await client.GetResponseAsync("hi");
    }
}
