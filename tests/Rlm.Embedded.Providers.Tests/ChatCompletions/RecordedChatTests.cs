using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Every recorded chat completion goes through the adapter: what it sends is what was recorded, what it reads is what came.</summary>
[TestFixture]
public sealed class RecordedChatTests
{
    [Test]
    public async Task Replay_RecordedChatCompletions_ComeOutRight()
    {
        RecordedExchange[] all = [.. RecordedExchange.Load("ChatTests", "ChatToolTests")
            .Where(e => e is { Method: "POST", RequestPath: "/v1/chat/completions" })];
        int streams = all.Count(e => e.IsStream);
        int errors = all.Count(e => e.Status >= 400);
        var failures = new List<string>();
        int sameRequest = 0;
        foreach (RecordedExchange exchange in all)
        {
            try
            {
                sameRequest += await ReplayAsync(exchange) ? 1 : 0;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures.Add($"{exchange.Name}: {exception.Message}");
            }
        }

        await TestContext.Out.WriteLineAsync(
            $"chat completions: {all.Length - failures.Count} of {all.Length} right ({streams} streams, {errors} errors); request equal in {sameRequest}");
        failures.ShouldBeEmpty();

        // The two that differ repeat the assistant's deprecated function_call, which IChatClient has no words for.
        sameRequest.ShouldBe(all.Length - 2);
    }

    private static async Task<bool> ReplayAsync(RecordedExchange exchange)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(exchange.Body, exchange.Status, exchange.ContentType);
        using IChatClient client = new ModelCatalog([new OpenAIDialect()]).Create($"own/{exchange.Request!["model"]}", new ModelOptions
        {
            BaseUrl = server.BaseUrl,
            MaxRetries = 0,
        });
        (List<ChatMessage> messages, ChatOptions options) = RecordedChatRequest.Read(exchange.Request.AsObject());

        if (exchange.Status >= 400)
        {
            ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync(messages, options));
            exception.StatusCode.ShouldBe(exchange.Status);
            string words = (string)JsonNode.Parse(exchange.Body)!["error"]!["message"]!;
            exception.Message.ShouldContain(words[..20]);
        }
        else if (exchange.IsStream)
        {
            List<ChatResponseUpdate> updates = [];
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages, options))
            {
                updates.Add(update);
            }

            ExpectStream(exchange.Body, updates);
        }
        else
        {
            Expect(JsonNode.Parse(exchange.Body)!, await client.GetResponseAsync(messages, options));
        }

        return JsonNode.DeepEquals(WithoutSpaces(JsonNode.Parse(server.Last.Body)!), WithoutSpaces(exchange.Request));
    }

    /// <summary>Arguments of tool calls are JSON inside a string: their white space says nothing.</summary>
    private static JsonNode WithoutSpaces(JsonNode request)
    {
        foreach (JsonNode? call in request["messages"]!.AsArray().SelectMany(m => m!["tool_calls"] as JsonArray ?? []))
        {
            call!["function"]!["arguments"] = JsonNode.Parse((string)call["function"]!["arguments"]!)!.ToJsonString();
        }

        return request;
    }

    private static void Expect(JsonNode body, ChatResponse response)
    {
        JsonNode choice = body["choices"]![0]!;
        JsonNode message = choice["message"]!;
        AIContent[] contents = [.. response.Messages.Single().Contents];
        response.Text.ShouldBe((string?)message["content"] ?? (string?)message["audio"]?["transcript"] ?? "");
        contents.OfType<ErrorContent>().Select(e => e.Message).ShouldBe(message["refusal"] is { } refusal ? [(string)refusal!] : []);
        FunctionCallContent[] calls = [.. contents.OfType<FunctionCallContent>()];
        JsonArray expected = message["tool_calls"] as JsonArray ?? [];
        if (message["function_call"] is { } legacy)
        {
            expected = [new JsonObject { ["id"] = "", ["function"] = legacy.DeepClone() }];
        }

        calls.Select(c => (c.CallId, c.Name)).ShouldBe(expected.Select(c => ((string)c!["id"]!, (string)c["function"]!["name"]!)));
        foreach ((FunctionCallContent call, JsonNode? wire) in calls.Zip(expected))
        {
            call.Exception.ShouldBeNull();
            JsonNode.DeepEquals(JsonNode.Parse(ToolResults.Arguments(call)), JsonNode.Parse((string)wire!["function"]!["arguments"]!)).ShouldBeTrue();
        }

        response.FinishReason?.Value.ShouldBe(((string?)choice["finish_reason"])?.Replace("function_call", "tool_calls", StringComparison.Ordinal));
        response.ModelId.ShouldBe((string?)body["model"]);
        response.ResponseId.ShouldBe((string?)body["id"]);
        ExpectUsage(body["usage"]!, response.Usage);
    }

    private static void ExpectStream(string body, List<ChatResponseUpdate> updates)
    {
        JsonNode[] chunks = [.. body.Split("\n\n")
            .Where(e => e.StartsWith("data: {", StringComparison.Ordinal)).Select(e => JsonNode.Parse(e["data: ".Length..])!)];
        JsonNode[] deltas = [.. chunks.Select(c => c["choices"]).OfType<JsonArray>().Where(c => c.Count > 0).Select(c => c[0]!["delta"]!)];
        ChatResponse response = updates.ToChatResponse();
        string[] texts = [.. deltas.Select(d => (string?)d["content"] ?? (string?)d["audio"]?["transcript"] ?? "").Where(t => t.Length > 0)];
        updates.Select(u => u.Text).Where(t => t.Length > 0).ShouldBe(texts);
        response.Text.ShouldBe(string.Concat(texts));
        string refusal = string.Concat(deltas.Select(d => (string?)d["refusal"]));
        response.Messages.Single().Contents.OfType<ErrorContent>().Select(e => e.Message).ShouldBe(refusal.Length > 0 ? [refusal] : []);
        response.FinishReason?.Value.ShouldBe(chunks.Select(c => (string?)(c["choices"] as JsonArray)?.FirstOrDefault()?["finish_reason"]).Last(f => f is not null));
        ExpectUsage(chunks.Select(c => c["usage"]).Last(u => u is not null)!, response.Usage);
    }

    private static void ExpectUsage(JsonNode wire, UsageDetails? usage)
    {
        usage.ShouldNotBeNull();
        usage.InputTokenCount.ShouldBe((long?)wire["prompt_tokens"]);
        usage.OutputTokenCount.ShouldBe((long?)wire["completion_tokens"]);
        usage.TotalTokenCount.ShouldBe((long?)wire["total_tokens"]);
        usage.CachedInputTokenCount.ShouldBe((long?)wire["prompt_tokens_details"]?["cached_tokens"]);
        usage.ReasoningTokenCount.ShouldBe((long?)wire["completion_tokens_details"]?["reasoning_tokens"]);
    }

    /// <summary>OpenAI's own dialect at any address.</summary>
    private sealed class OpenAIDialect : IModelProvider
    {
        public string Name => "own";

        public string Example => "own/gpt-5-mini";

        public bool NeedsModel => true;

        public IReadOnlyList<string> Variables => [];

        public IChatClient Create(ModelRequest request) => OpenAIConnection.Create(
            request, request.BaseUrl([], ""), new OpenAIConnection.Details { Dialect = ChatCompletionsDialect.OpenAI });
    }
}
