using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A server that sends the caller elsewhere does not get the key sent there.</summary>
[TestFixture]
public sealed class RedirectTests
{
    [Test]
    public async Task Call_RedirectedToAnotherServer_TheKeyStays(
        [Values("openai/m", "azure/m", "portkey/m", "anthropic/m", "bedrock/m")] string model,
        [Values(302, 307, 308)] int status,
        [Values] bool streaming)
    {
        await using LoopbackServer elsewhere = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Headers.Location = new Uri(elsewhere.Address, "v1/chat/completions").AbsoluteUri;
            return LoopbackServer.AnswerAsync(context, "{}", status);
        });
        using IChatClient client = Clients.Catalog(
            ("AWS_REGION", "us-east-1"), ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", Clients.Key)).Create(model, new ModelOptions
            {
                BaseUrl = server.Address.AbsoluteUri,
                ApiKey = model == "bedrock/m" ? null : Clients.Key,
                MaxRetries = 0,
            });

        try
        {
            await (streaming ? Clients.StreamedAsync(client) : client.GetResponseAsync("hi"));
        }
        catch (ModelCallException exception)
        {
            exception.ToString().ShouldNotContain(Clients.Key);
        }

        string.Join('\n', elsewhere.Requests.SelectMany(r => r.Headers).Select(h => $"{h.Key}: {h.Value}")).ShouldNotContain(Clients.Key);
    }
}
