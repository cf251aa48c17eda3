using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>What a client says that it ignores is exactly what does not go over the wire.</summary>
[TestFixture]
public sealed class IgnoredOptionsTests
{
    private static readonly (string Name, string Sent, Action<ChatOptions> Set)[] s_options =
    [
        ("Temperature", "0.4375", o => o.Temperature = 0.4375f),
        ("TopP", "0.5625", o => o.TopP = 0.5625f),
        ("TopK", "1371", o => o.TopK = 1371),
        ("FrequencyPenalty", "0.1875", o => o.FrequencyPenalty = 0.1875f),
        ("PresencePenalty", "0.3125", o => o.PresencePenalty = 0.3125f),
        ("Seed", "90210731", o => o.Seed = 90210731),
        ("StopSequences", "HALT-HERE", o => o.StopSequences = ["HALT-HERE"]),
        ("MaxOutputTokens", "7919", o => o.MaxOutputTokens = 7919),
    ];

    [Test]
    public async Task Client_SaysWhatItDoesNotSend(
        [Values("openai/m", "azure/m", "anthropic/claude-x", "bedrock/some.model", "gemini/m", "openrouter/v/m", "portkey/m", "vllm/m", "ollama/m")] string model,
        [Values] ModelApi api)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync("{}", 400);
        using IChatClient client = Clients.Catalog(("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "eu-west-1"))
            .Create(model, new ModelOptions { BaseUrl = server.Address.AbsoluteUri, ApiKey = model.StartsWith("bedrock", StringComparison.Ordinal) ? null : Clients.Key, MaxRetries = 0, Api = api });
        ChatOptions options = new();
        foreach ((_, _, Action<ChatOptions> set) in s_options)
        {
            set(options);
        }

        await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi", options));

        string body = server.Last.Body;
        string[] missing = [.. s_options.Where(option => !body.Contains(option.Sent, StringComparison.Ordinal)).Select(option => option.Name)];
        IgnoredOptions? said = client.GetService<IgnoredOptions>();
        (said?.In(options) ?? []).ShouldBe(missing, ignoreOrder: true, body);
    }
}
