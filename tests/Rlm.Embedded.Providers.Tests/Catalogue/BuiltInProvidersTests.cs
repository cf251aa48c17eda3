using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Each provider sends its requests where and how its service wants them.</summary>
[TestFixture]
public sealed class BuiltInProvidersTests
{
    private const string Bearer = $"Bearer {Clients.Key}";

    [TestCase("openai/gpt-5-mini", "OPENAI_API_KEY", "OPENAI_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("gemini/gemini-2.5-flash", "GEMINI_API_KEY", "GEMINI_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("gemini/gemini-2.5-flash", "GOOGLE_API_KEY", "GEMINI_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("openrouter/anthropic/claude-sonnet-4.5", "OPENROUTER_API_KEY", "OPENROUTER_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("portkey/@openai/gpt-5-mini", "PORTKEY_API_KEY", "PORTKEY_BASE_URL", "/api/chat/completions", "x-portkey-api-key", Clients.Key)]
    [TestCase("litellm/gpt-4o-mini", "LITELLM_API_KEY", "LITELLM_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("vercel/openai/gpt-5-mini", "AI_GATEWAY_API_KEY", "AI_GATEWAY_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("vllm/meta-llama/Llama-3.1-8B-Instruct", "VLLM_API_KEY", "VLLM_BASE_URL", "/api/chat/completions", "Authorization", Bearer)]
    [TestCase("ollama/llama3.2", "OLLAMA_API_KEY", "OLLAMA_HOST", "/v1/chat/completions", "Authorization", Bearer)]
    [TestCase("azure/my-deployment", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "/api/openai/v1/chat/completions", "api-key", Clients.Key)]
    public async Task Create_FromEnvironment_SendsKeyAndModelToTheAddress(
        string name, string keyVariable, string urlVariable, string path, string header, string value)
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog((keyVariable, Clients.Key), (urlVariable, new Uri(server.Address, "api").AbsoluteUri)).Create(name);

        (await client.GetResponseAsync("hi")).Text.ShouldBe("ok");

        server.Last.Path.ShouldBe(path);
        server.Last.Headers[header].ShouldBe(value);
        ((string?)JsonNode.Parse(server.Last.Body)!["model"]).ShouldBe(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
    }

    [TestCase("openai/m", "OPENAI_API_KEY")]
    [TestCase("azure/m", "AZURE_OPENAI_API_KEY")]
    [TestCase("gemini/m", "GEMINI_API_KEY")]
    [TestCase("openrouter/v/m", "OPENROUTER_API_KEY")]
    [TestCase("portkey/m", "PORTKEY_API_KEY")]
    [TestCase("vercel/v/m", "AI_GATEWAY_API_KEY")]
    public void Create_WithoutKey_NamesTheVariable(string name, string variable) =>
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog().Create(name)).Message.ShouldContain(variable);

    [TestCase("litellm/m", "http://localhost:4000/")]
    [TestCase("vllm/m", "http://localhost:8000/v1")]
    [TestCase("ollama/m", "http://localhost:11434/v1")]
    public void Create_LocalServer_NeedsNothing(string name, string address)
    {
        using IChatClient client = Clients.Catalog().Create(name);

        client.GetService<ChatClientMetadata>()!.ProviderUri!.AbsoluteUri.ShouldBe(address);
    }

    [TestCase("0.0.0.0", "http://localhost:11434/v1")]
    [TestCase("0.0.0.0:9000", "http://localhost:9000/v1")]
    [TestCase("gpu-box", "http://gpu-box:11434/v1")]
    [TestCase("https://ollama.example.com", "https://ollama.example.com/v1")]
    public void Create_OllamaHost_IsReadAsOllamaReadsIt(string host, string address)
    {
        using IChatClient client = Clients.Catalog(("OLLAMA_HOST", host)).Create("ollama/m");

        client.GetService<ChatClientMetadata>()!.ProviderUri!.AbsoluteUri.ShouldBe(address);
    }

    [Test]
    public async Task Create_AzureWithApiVersion_UsesTheDeploymentAddress()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog(
            ("AZURE_OPENAI_API_KEY", Clients.Key),
            ("AZURE_OPENAI_ENDPOINT", server.Address.AbsoluteUri),
            ("AZURE_OPENAI_API_VERSION", "2024-10-21")).Create("azure/my deployment".Replace(' ', '-'));

        await client.GetResponseAsync("hi");

        server.Last.Path.ShouldBe("/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21");
    }

    [Test]
    public void Create_AzureWithoutEndpoint_NamesTheVariable() =>
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog(("AZURE_OPENAI_API_KEY", Clients.Key)).Create("azure/m"))
            .Message.ShouldContain("AZURE_OPENAI_ENDPOINT");

    [Test]
    public async Task Create_PortkeyOwnGateway_PassesTheProvidersKeyOnAndHidesIt()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync("{\"error\":{\"message\":\"no good: other-key-123456\"}}", 401);
        using IChatClient client = Clients.Catalog(
            ("PORTKEY_BASE_URL", server.BaseUrl),
            ("PORTKEY_PROVIDER", "openai"),
            ("PORTKEY_PROVIDER_API_KEY", "other-key-123456")).Create("portkey/gpt-5-mini");

        ModelCallException exception = await Should.ThrowAsync<ModelCallException>(() => client.GetResponseAsync("hi"));

        server.Last.Headers["x-portkey-provider"].ShouldBe("openai");
        server.Last.Headers["Authorization"].ShouldBe("Bearer other-key-123456");
        exception.Message.ShouldContain("no good: [key]");
    }

    [Test]
    public async Task Create_OpenRouter_AsksForThePrice()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(
            Wire.Completion("""{"content":"ok"}""", more: ""","usage":{"prompt_tokens":1,"completion_tokens":1,"cost":0.0125}"""));
        using IChatClient client = Clients.Catalog(("OPENROUTER_API_KEY", Clients.Key), ("OPENROUTER_BASE_URL", server.BaseUrl)).Create("openrouter/v/m");

        ChatResponse response = await client.GetResponseAsync("hi");

        server.Last.Body.ShouldContain("\"usage\":{\"include\":true}");
        response.AdditionalProperties!["cost"].ShouldBe(0.0125);
    }

    [Test]
    public async Task GetResponse_LiteLlmCostHeader_IsThePrice()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.Headers["x-litellm-response-cost"] = "0.0031";
            return LoopbackServer.AnswerAsync(context, Wire.Text("ok"));
        });
        using IChatClient client = Clients.Of(server, model: "litellm/m");

        (await client.GetResponseAsync("hi")).AdditionalProperties!["cost"].ShouldBe(0.0031);
    }

    [Test]
    public void Status_SomeConfigured_TellsNamesAndNeverValues()
    {
        IReadOnlyList<ModelProviderStatus> status = Clients.Catalog(("OPENAI_API_KEY", Clients.Key), ("GEMINI_BASE_URL", "http://localhost:1/")).Status();

        status.Single(s => s.Name == "openai").ShouldSatisfyAllConditions(
            s => s.Missing.ShouldBeNull(),
            s => s.VariablesSet.ShouldBe(["OPENAI_API_KEY"]));
        status.Single(s => s.Name == "gemini").Missing.ShouldBe("GEMINI_API_KEY or GOOGLE_API_KEY");
        status.Single(s => s.Name == "ollama").Missing.ShouldBeNull();
        string.Join('\n', status).ShouldNotContain(Clients.Key);
    }
}
