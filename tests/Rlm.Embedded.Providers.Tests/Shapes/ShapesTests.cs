using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Every shape of the tables, read through the client that the catalogue makes.</summary>
[TestFixture]
public sealed class ShapesTests
{
    private static IEnumerable<TestCaseData<Shape>> Rows() =>
        new[] { FramingShapes.All(), ErrorShapes.All(), ChatShapes.All(), ResponsesShapes.All(), AnthropicShapes.All(), BedrockShapes.All() }
            .SelectMany(table => table)
            .Select(shape => new TestCaseData<Shape>(shape).SetArgDisplayNames(shape.ToString()));

    [TestCaseSource(nameof(Rows))]
    public async Task Call_Shape_IsReadAsItIsMeant(Shape shape)
    {
        using var http = new HttpClient(new AnswerHandler(shape.Answer));
        using IChatClient client = Create(shape.Answer.Protocol, http);
        Task<ChatResponse> call = shape.Answer.Streaming ? Clients.StreamedAsync(client) : client.GetResponseAsync("hi");
        if (shape.Expect.Failure is { } failure)
        {
            ModelCallException exception = await Should.ThrowAsync<ModelCallException>(call);
            exception.Failure.ShouldBe(failure, exception.ToString());
            exception.Message.ShouldContain(shape.Expect.Words);
            return;
        }

        ChatResponse response = await call;

        AIContent[] contents = [.. response.Messages.SelectMany(message => message.Contents)];
        response.Text.ShouldBe(shape.Expect.Text);
        string.Concat(contents.OfType<TextReasoningContent>().Select(thought => thought.Text)).ShouldBe(shape.Expect.Reasoning);
        contents.OfType<ErrorContent>().SingleOrDefault()?.Message.ShouldBe(shape.Expect.Refusal);
        (contents.OfType<ErrorContent>().Any() ? "refused" : null).ShouldBe(shape.Expect.Refusal is null ? null : "refused");
        string.Join(' ', contents.OfType<FunctionCallContent>().Select(Written)).ShouldBe(shape.Expect.Calls);
        response.FinishReason?.Value.ShouldBe(shape.Expect.Finish);
        (response.FinishReason is null).ShouldBe(shape.Expect.Finish is null);
        (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount).ShouldBe(shape.Expect.Used ?? (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
    }

    [Test]
    public void Tables_Together_HoldEnoughShapes()
    {
        Shape[] rows = [.. Rows().Select(row => row.Arguments[0]).Cast<Shape>()];

        rows.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThanOrEqualTo(60);
        rows.Select(row => row.ToString()).ShouldBeUnique();
    }

    private static string Written(FunctionCallContent call) => call.Name
        + (call.Arguments is null ? "" : System.Text.Json.JsonSerializer.Serialize(call.Arguments));

    private static IChatClient Create(Protocol protocol, HttpClient http)
    {
        ModelOptions options = new() { MaxRetries = 0, HttpClient = http, Api = protocol == Protocol.Responses ? ModelApi.Responses : ModelApi.ChatCompletions };
        const string url = "http://server.test/v1";
        return protocol switch
        {
            Protocol.Anthropic => Clients.Catalog(("ANTHROPIC_API_KEY", Clients.Key), ("ANTHROPIC_BASE_URL", url)).Create("anthropic/m", options),
            Protocol.Bedrock => Clients.Catalog(
                ("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S"), ("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)).Create("bedrock/m", options),
            _ => Clients.Catalog(("OPENAI_BASE_URL", url)).Create("m", options),
        };
    }
}
