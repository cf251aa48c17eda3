using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using OpenAI.Chat;
using Rlm.Embedded.Models;
using Shouldly;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class ChatCompletionsRequestTests
{
    [Test]
    public async Task Request_AllOptions_AreWritten()
    {
        JsonNode body = await SentAsync([new ChatMessage(ChatRole.User, "hi")], new ChatOptions
        {
            Instructions = "be brief",
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 5,
            FrequencyPenalty = 0.1f,
            PresencePenalty = 0.2f,
            MaxOutputTokens = 77,
            Seed = 12345678901,
            StopSequences = ["END"],
            ModelId = "another",
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.ExtraHigh },
        });

        JsonNode.DeepEquals(body, JsonNode.Parse(
            """
            {"model":"another","messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}],
             "temperature":0.5,"top_p":0.9,"frequency_penalty":0.1,"presence_penalty":0.2,"max_tokens":77,"seed":12345678901,
             "top_k":5,"stop":["END"],"reasoning_effort":"xhigh"}
            """)).ShouldBeTrue(body.ToJsonString());
    }

    [Test]
    public void Request_ToOpenAIItself_BoundsTheAnswerInItsOwnWay()
    {
        var own = new OpenAIChatCompletionsClient(new ChatClient("gpt-5", "k"));
        var writer = new ChatRequestWriter("gpt-5", ChatCompletionsDialect.OpenAI, new ModelEndpoint("m", new Uri("http://h/")), bodyFields: null);

        JsonNode body = JsonNode.Parse(writer.Write(own, [], new ChatOptions { MaxOutputTokens = 5, TopK = 3 }, stream: false))!;

        ((int?)body["max_completion_tokens"]).ShouldBe(5);
        body["top_k"].ShouldBeNull();
    }

    [Test]
    public async Task Request_ImagesAudioAndFiles_BecomeParts()
    {
        JsonNode body = await SentAsync([new ChatMessage(ChatRole.User,
        [
            new TextContent("what is this"),
            new UriContent("https://example.com/a.png", "image/png"),
            new DataContent(new byte[] { 1, 2, 3 }, "image/jpeg"),
            new DataContent(new byte[] { 4 }, "audio/wav"),
            new DataContent(new byte[] { 5 }, "application/pdf") { Name = "p.pdf" },
            new HostedFileContent("file-1"),
        ])]);

        JsonNode.DeepEquals(body["messages"]![0]!["content"], JsonNode.Parse(
            """
            [{"type":"text","text":"what is this"},
             {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
             {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,AQID"}},
             {"type":"input_audio","input_audio":{"data":"BA==","format":"wav"}},
             {"type":"file","file":{"filename":"p.pdf","file_data":"data:application/pdf;base64,BQ=="}},
             {"type":"file","file":{"file_id":"file-1"}}]
            """)).ShouldBeTrue(body.ToJsonString());
    }

    [Test]
    public async Task Request_ContentTheApiDoesNotTake_IsRefusedBeforeSending()
    {
        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(
            () => SentAsync([new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "video/mp4")])]));

        exception.Failure.ShouldBe(ModelCallFailure.InvalidRequest);
        exception.Message.ShouldContain("video/mp4");
    }

    [Test]
    public async Task Request_AnyText_ArrivesExactlyButForLoneSurrogates()
    {
        const string text = "\0\u0001\"\\ é 漢 \U0001F600 \u2028 <&>";
        JsonNode body = await SentAsync([new ChatMessage(ChatRole.User, text), new ChatMessage(ChatRole.User, "a\ud800b")]);

        ((string?)body["messages"]![0]!["content"]).ShouldBe(text);
        ((string?)body["messages"]![1]!["content"]).ShouldBe("a\ufffdb");
    }

    [Test]
    public async Task Request_ToolConversation_IsWritten()
    {
        AIFunction tool = AIFunctionFactory.Create((string city) => city, "weather", "tells the weather");
        JsonNode body = await SentAsync(
            [
                new ChatMessage(ChatRole.Assistant, [new TextReasoningContent("hm"), new FunctionCallContent("t1", "weather", new Dictionary<string, object?> { ["city"] = "Rome" })]),
                new ChatMessage(ChatRole.Tool, [new FunctionResultContent("t1", new { sky = "blue" }), new FunctionResultContent("t2", null) { Exception = new InvalidOperationException("no") }]),
            ],
            new ChatOptions { Tools = [tool], ToolMode = ChatToolMode.RequireSpecific("weather"), AllowMultipleToolCalls = false });

        JsonNode.DeepEquals(body["messages"], JsonNode.Parse(
            """
            [{"role":"assistant","tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},
             {"role":"tool","tool_call_id":"t1","content":"{\"sky\":\"blue\"}"},
             {"role":"tool","tool_call_id":"t2","content":"Error: no"}]
            """)).ShouldBeTrue(body.ToJsonString());
        ((string?)body["tools"]![0]!["function"]!["name"]).ShouldBe("weather");
        ((string?)body["tools"]![0]!["function"]!["parameters"]!["properties"]!["city"]!["type"]).ShouldBe("string");
        ((string?)body["tool_choice"]!["function"]!["name"]).ShouldBe("weather");
        ((bool?)body["parallel_tool_calls"]).ShouldBe(false);
    }

    [Test]
    public async Task Request_JsonSchema_IsWrittenWithStrict()
    {
        JsonElement schema = JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement;
        JsonNode body = await SentAsync([], new ChatOptions
        {
            ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "answer_type"),
            AdditionalProperties = new() { ["strict"] = true },
        });

        body["response_format"]!.ToJsonString().ShouldBe(
            """{"type":"json_schema","json_schema":{"name":"answer_type","schema":{"type":"object","properties":{}},"strict":true}}""");
        body["strict"].ShouldBeNull();
    }

    [Test]
    public async Task Request_AdditionalPropertiesAndRawOptions_WinOverTheRest()
    {
        JsonNode body = await SentAsync([], new ChatOptions
        {
            Temperature = 1,
            TopP = 0.5f,
            MaxOutputTokens = 3,
            AdditionalProperties = new() { ["max_tokens"] = 9, ["guided_choice"] = new[] { "a", "b" } },
            RawRepresentationFactory = _ => new ChatCompletionOptions { Temperature = 0.25f, EndUserId = "u1" },
        });

        ((float?)body["temperature"]).ShouldBe(0.25f);
        ((float?)body["top_p"]).ShouldBe(0.5f);
        ((int?)body["max_tokens"]).ShouldBe(9);
        ((string?)body["user"]).ShouldBe("u1");
        body["guided_choice"]!.ToJsonString().ShouldBe("""["a","b"]""");
    }

    private static async Task<JsonNode> SentAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Of(server);
        await client.GetResponseAsync(messages, options);
        return JsonNode.Parse(server.Last.Body)!;
    }
}
