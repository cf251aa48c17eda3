using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Every provider against servers nobody here wrote.</summary>
[TestFixture]
[Category("Node")]
public sealed class MockServerTests
{
    private const string Fixtures =
        """
        {"fixtures":[
          {"match":{"userMessage":"hello"},"response":{"content":"Hello from the mock server.","reasoning":"thinking about it","usage":{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16}}},
          {"match":{"userMessage":"weather"},"response":{"toolCalls":[{"name":"weather","arguments":{"city":"Rome"}}]}},
          {"match":{"userMessage":"refused"},"response":{"error":{"message":"that model is closed","type":"invalid_request_error"},"status":403}}
        ]}
        """;

    private string _folder = "";
    private NodeServer _mock = null!;
    private NodeServer _gateway = null!;

    public static IEnumerable<string> Providers =>
    [
        "openai", "openai responses", "azure", "azure deployment", "anthropic", "gemini", "bedrock key", "bedrock converse",
        "openrouter", "portkey", "litellm", "vercel", "vllm", "ollama", "bare",
    ];

    [OneTimeSetUp]
    public async Task StartServers()
    {
        _folder = Directory.CreateTempSubdirectory("rlm-mock-").FullName;
        string file = Path.Combine(_folder, "fixtures.json");
        await File.WriteAllTextAsync(file, Fixtures);
        _mock = await NodeServer.MockAsync(file);
        _gateway = await NodeServer.GatewayAsync();
    }

    [OneTimeTearDown]
    public async Task StopServers()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_mock is not null)
        {
            await _mock.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task Call_Text_ComesWithUsage([ValueSource(nameof(Providers))] string provider, [Values] bool streaming)
    {
        using IChatClient client = Create(provider);

        ChatResponse response = await AskAsync(client, "hello", streaming);

        response.Text.ShouldBe("Hello from the mock server.");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        response.Usage.ShouldNotBeNull();
        response.Usage.InputTokenCount.ShouldBe(11);
        response.Usage.OutputTokenCount.ShouldBe(5);
        string reasoning = string.Concat(response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>().Select(r => r.Text));
        reasoning.ShouldBe("thinking about it");
    }

    [Test]
    public async Task Call_Tool_ComesWithArguments([ValueSource(nameof(Providers))] string provider, [Values] bool streaming)
    {
        using IChatClient client = Create(provider);
        AIFunction tool = AIFunctionFactory.Create((string city) => city, "weather", "tells the weather");

        ChatResponse response = await AskAsync(client, "weather", streaming, new ChatOptions { Tools = [tool] });

        FunctionCallContent call = response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().Single();
        (call.Name, call.Arguments!["city"]!.ToString()).ShouldBe(("weather", "Rome"));
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
    }

    [Test]
    public async Task Call_Refused_IsTheTypedException([ValueSource(nameof(Providers))] string provider, [Values] bool streaming)
    {
        using IChatClient client = Create(provider);

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => AskAsync(client, "refused", streaming));

        exception.Failure.ShouldBe(ModelCallFailure.Unauthorized);
        exception.Message.ShouldContain("that model is closed");
        exception.ToString().ShouldNotContain(Clients.Key);
    }

    [Test]
    public async Task Call_SlowStreamCancelled_EndsAtOnce()
    {
        await using NodeServer slow = await NodeServer.MockAsync(Path.Combine(_folder, "fixtures.json"), "--latency", "2000", "--chunk-size", "1");
        using IChatClient client = Clients.Of(new Uri(slow.Address, "v1").AbsoluteUri);
        using var cancel = new CancellationTokenSource();
        long cancelled = 0;

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync("hello", cancellationToken: cancel.Token))
            {
                cancelled = Stopwatch.GetTimestamp();
                await cancel.CancelAsync();
            }
        });

        Stopwatch.GetElapsedTime(cancelled).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [TestCase("--chaos-drop", false)]
    [TestCase("--chaos-malformed", false)]
    [TestCase("--chaos-disconnect", false)]
    [TestCase("--chaos-ratelimit", false)]
    [TestCase("--chaos-malformed", true)]
    [TestCase("--chaos-disconnect", true)]
    public async Task Batch_AFifthOfTheCallsFail_AllEndInOrderNoneLostNoneTwice(string fault, bool streaming)
    {
        const int Calls = 1000;
        string file = Path.Combine(_folder, $"batch{fault}{streaming}.json");
        var fixtures = new JsonArray([.. Enumerable.Range(0, Calls).Select(i => new JsonObject
        {
            ["match"] = new JsonObject { ["userMessage"] = $"item {i:0000}." },
            ["response"] = new JsonObject { ["content"] = $"value {i * 7}" },
        })]);
        await File.WriteAllTextAsync(file, new JsonObject { ["fixtures"] = fixtures }.ToJsonString());
        await using NodeServer server = await NodeServer.MockAsync(file, fault, "0.2");
        int retries = 0;
        using var client = new RetryChatClient(
            new ThrottledChatClient(Clients.Of(new Uri(server.Address, "v1").AbsoluteUri), new ThrottleOptions { MaxConcurrency = 16 }),
            new RetryOptions { MaxRetries = 12, BaseDelay = TimeSpan.FromMilliseconds(2), BufferStreams = true, OnRetry = (_, _, _) => Interlocked.Increment(ref retries) });

        ChatResponse[] responses = await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => AskAsync(client, $"item {i:0000}.", streaming)));

        responses.Select(r => r.Text).ShouldBe(Enumerable.Range(0, Calls).Select(i => $"value {i * 7}"));
        using var http = new HttpClient();
        JsonArray journal = JsonNode.Parse(await http.GetStringAsync(new Uri(server.Address, "v1/_requests")))!.AsArray();
        string[] good = [.. journal.Where(e => e!["response"]!["chaosAction"] is null).Select(e => (string)e!["body"]!["messages"]![0]!["content"]!)];
        good.Order().ShouldBe(Enumerable.Range(0, Calls).Select(i => $"item {i:0000}."));
        journal.Count.ShouldBe(Calls + retries);
        retries.ShouldBeGreaterThan(100);
        await TestContext.Out.WriteLineAsync($"{fault}{(streaming ? " streamed" : "")}: {Calls} calls, {retries} retries");
    }

    private static Task<ChatResponse> AskAsync(IChatClient client, string prompt, bool streaming, ChatOptions? options = null) =>
        streaming ? client.GetStreamingResponseAsync(prompt, options).ToChatResponseAsync() : client.GetResponseAsync(prompt, options);

    private IChatClient Create(string provider)
    {
        string root = _mock.Address.AbsoluteUri.TrimEnd('/');
        (string model, string? url, (string, string)[] environment) = provider switch
        {
            "openai" or "openai responses" => ("openai/m", $"{root}/v1", []),
            "azure" => ("azure/m", root, []),
            "azure deployment" => ("azure/m", root, [("AZURE_OPENAI_API_VERSION", "2024-10-21")]),
            "anthropic" => ("anthropic/m", root, []),
            "gemini" => ("gemini/m", $"{root}/v1beta/openai", []),
            "bedrock key" => ("bedrock/m", root, [("AWS_REGION", "us-east-1")]),
            "bedrock converse" => ("bedrock/anthropic.m-v1:0", root,
                [("AWS_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", Clients.Key)]),
            "openrouter" => ("openrouter/vendor/m", $"{root}/api/v1", []),
            "portkey" => ("portkey/m", $"{_gateway.Address.AbsoluteUri}v1", [("PORTKEY_PROVIDER", "openai"), ("PORTKEY_PROVIDER_API_KEY", Clients.Key)]),
            "ollama" => ("ollama/m", null, [("OLLAMA_HOST", _mock.Address.Authority)]),
            "bare" => ("vendor/m", $"{root}/v1", []),
            _ => ($"{provider}/m", $"{root}/v1", Array.Empty<(string, string)>()),
        };
        return Clients.Catalog(environment).Create(model, new ModelOptions
        {
            BaseUrl = url,
            ApiKey = provider == "bedrock converse" ? null : Clients.Key,
            Api = provider == "openai responses" ? ModelApi.Responses : ModelApi.ChatCompletions,
            MaxRetries = 0,
            Headers = provider == "portkey"
                ? new Dictionary<string, string> { ["x-portkey-custom-host"] = $"{root}/v1" }
                : new Dictionary<string, string>(),
        });
    }
}
