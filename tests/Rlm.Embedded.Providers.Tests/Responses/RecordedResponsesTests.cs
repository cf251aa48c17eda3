using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Every recorded response goes through the adapter: what it sends is what was recorded, what it reads is what came.</summary>
[TestFixture]
public sealed class RecordedResponsesTests
{
    [Test]
    public async Task Replay_RecordedResponses_ComeOutRight()
    {
        RecordedExchange[] all = [.. RecordedExchange.Load("ResponsesTests", "ResponsesToolTests")
            .Where(e => e is { Method: "POST", RequestPath: "/v1/responses" })];
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
            $"responses: {all.Length - failures.Count} of {all.Length} right ({all.Count(e => e.IsStream)} streams); request equal in {sameRequest}");
        failures.ShouldBeEmpty();
        sameRequest.ShouldBe(all.Length);
    }

    private static async Task<bool> ReplayAsync(RecordedExchange exchange)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(exchange.Body, exchange.Status, exchange.ContentType);

        // Some requests name a stored prompt instead of a model.
        bool named = exchange.Request!["model"] is not null;
        using IChatClient client = Clients.Catalog().Create($"openai/{exchange.Request["model"] ?? "none"}", new ModelOptions
        {
            BaseUrl = server.BaseUrl,
            ApiKey = Clients.Key,
            Api = ModelApi.Responses,
            MaxRetries = 0,
        });
        (List<ChatMessage> messages, ChatOptions options) = RecordedResponsesRequest.Read(exchange.Request.AsObject());
        if (exchange.IsStream)
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

        JsonObject sent = JsonNode.Parse(server.Last.Body)!.AsObject();
        if (!named)
        {
            sent.Remove("model");
        }

        return JsonNode.DeepEquals(sent, exchange.Request);
    }

    private static void ExpectStream(string body, List<ChatResponseUpdate> updates)
    {
        JsonNode[] events = [.. body.Split('\n').Where(l => l.StartsWith("data: {", StringComparison.Ordinal)).Select(l => JsonNode.Parse(l["data: ".Length..])!)];
        JsonNode completed = events.Last(e => ((string)e["type"]!).StartsWith("response.completed", StringComparison.Ordinal))["response"]!;
        string[] deltas = [.. events.Where(e => (string)e["type"]! == "response.output_text.delta").Select(e => (string)e["delta"]!)];
        updates.Where(u => u.Contents is [TextContent]).Select(u => u.Text).ShouldBe(deltas);
        Expect(completed, updates.ToChatResponse());
    }

    private static void Expect(JsonNode body, ChatResponse response)
    {
        JsonNode[] items = [.. body["output"]!.AsArray().Select(i => i!)];
        response.Text.ShouldBe(string.Concat(items
            .Where(i => (string)i["type"]! == "message").SelectMany(i => i["content"]!.AsArray()).Select(p => (string?)p!["text"])));
        AIContent[] contents = [.. response.Messages.Where(m => m.Role == ChatRole.Assistant).SelectMany(m => m.Contents)];
        contents.OfType<FunctionCallContent>().Select(c => (c.CallId, c.Name, Json(c.Arguments)))
            .ShouldBe(items.Where(i => (string)i["type"]! == "function_call")
                .Select(i => ((string)i["call_id"]!, (string)i["name"]!, JsonNode.Parse((string)i["arguments"]!)!.ToJsonString())));
        string.Join("\n\n", contents.OfType<TextReasoningContent>().Select(r => r.Text).Where(t => t.Length > 0))
            .ShouldBe(string.Join("\n\n", items.Where(i => (string)i["type"]! == "reasoning")
                .SelectMany(i => i["summary"]!.AsArray()).Select(s => (string)s!["text"]!)));
        int others = items.Count(i => (string)i["type"]! is not ("message" or "function_call" or "reasoning"));
        contents.Count(c => c.GetType() == typeof(AIContent)).ShouldBe(others);
        response.ResponseId.ShouldBe((string?)body["id"]);
        response.ModelId.ShouldBe((string?)body["model"]);
        response.FinishReason.ShouldBe((string)body["status"]! switch
        {
            "completed" when items.Any(i => (string)i["type"]! == "function_call") => ChatFinishReason.ToolCalls,
            "completed" => ChatFinishReason.Stop,
            "incomplete" => ChatFinishReason.Length,
            _ => (ChatFinishReason?)null,
        });
        if (body["usage"] is { } usage)
        {
            response.Usage!.InputTokenCount.ShouldBe((long?)usage["input_tokens"]);
            response.Usage.OutputTokenCount.ShouldBe((long?)usage["output_tokens"]);
            response.Usage.TotalTokenCount.ShouldBe((long?)usage["total_tokens"]);
            response.Usage.CachedInputTokenCount.ShouldBe((long?)usage["input_tokens_details"]!["cached_tokens"]);
            response.Usage.ReasoningTokenCount.ShouldBe((long?)usage["output_tokens_details"]!["reasoning_tokens"]);
        }
        else
        {
            response.Usage.ShouldBeNull();
        }
    }

    private static string Json(IDictionary<string, object?>? arguments) =>
        System.Text.Json.JsonSerializer.SerializeToNode(arguments ?? new Dictionary<string, object?>())!.ToJsonString();
}
