using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What a client says that it cannot send is what it does not send.</summary>
[TestFixture]
public sealed class UnsentOptionsTests
{
    // An option, and how its value reads in a body.
    private static readonly (string Name, Action<ChatOptions> Set, string Value)[] s_options =
    [
        (nameof(ChatOptions.Temperature), options => options.Temperature = 0.625f, "0.625"),
        (nameof(ChatOptions.TopP), options => options.TopP = 0.375f, "0.375"),
        (nameof(ChatOptions.TopK), options => options.TopK = 37, ":37"),
        (nameof(ChatOptions.Seed), options => options.Seed = 471_147, "471147"),
        (nameof(ChatOptions.FrequencyPenalty), options => options.FrequencyPenalty = 0.125f, "0.125"),
        (nameof(ChatOptions.PresencePenalty), options => options.PresencePenalty = 0.875f, "0.875"),
        (nameof(ChatOptions.StopSequences), options => options.StopSequences = ["STOP-HERE"], "STOP-HERE"),
        (nameof(ChatOptions.MaxOutputTokens), options => options.MaxOutputTokens = 1_234, "1234"),
    ];

    public static IEnumerable<TestCaseData> Cases() =>
        from client in new[] { "openai", "compatible", "responses", "anthropic", "bedrock" }
        from option in s_options
        select new TestCaseData(client, option.Name);

    [TestCaseSource(nameof(Cases))]
    public async Task Option_Set_IsSentOrNamed(string kind, string name)
    {
        var protocol = kind switch { "responses" => Protocol.Responses, "anthropic" => Protocol.Anthropic, "bedrock" => Protocol.Bedrock, _ => Protocol.Chat };
        using var handler = new Keeping(GoodAnswer.Whole(protocol).Body);
        using var http = new HttpClient(handler);
        using IChatClient client = Create(kind, http);
        var option = s_options.Single(option => option.Name == name);
        var options = new ChatOptions();
        option.Set(options);

        await client.GetResponseAsync("hi", options);

        var isSent = handler.Sent.Contains(option.Value, StringComparison.Ordinal);
        UnsentChatOptions.Of(client, options).ShouldBe(isSent ? [] : [name], handler.Sent);
        UnsentChatOptions.Of(client, new ChatOptions()).ShouldBeEmpty();
    }

    private static IChatClient Create(string kind, HttpClient http)
    {
        var options = new ModelOptions { ApiKey = Clients.Key, HttpClient = http, MaxRetries = 0, Api = kind == "responses" ? ModelApi.Responses : default };
        return kind switch
        {
            "anthropic" => Clients.Catalog().Create("anthropic/claude-x", options),
            "bedrock" => Clients.Catalog(("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-1"))
                .Create("bedrock/model", new ModelOptions { HttpClient = http, MaxRetries = 0 }),
            "compatible" => Clients.Catalog().Create("ollama/m", options),
            _ => Clients.Catalog().Create("openai/m", options),
        };
    }

    private sealed class Keeping(byte[] answer) : HttpMessageHandler
    {
        public string Sent { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage { RequestMessage = request, Content = new ByteArrayContent(answer) { Headers = { ContentType = new("application/json") } } };
        }
    }
}
