using Microsoft.Extensions.AI;
using NUnit.Framework;
using OpenAI.Chat;
using Shouldly;

namespace Rlm.Embedded.Providers.Tests;

[TestFixture]
public sealed class ModelCatalogTests
{
    [Test]
    public void Create_OpenAIWithKey_TellsModelAndAddress()
    {
        using IChatClient client = Clients.Catalog(("OPENAI_API_KEY", Clients.Key)).Create("openai/gpt-5-mini");

        var metadata = client.GetService<ChatClientMetadata>();
        metadata.ShouldNotBeNull();
        metadata.ProviderName.ShouldBe("openai");
        metadata.DefaultModelId.ShouldBe("gpt-5-mini");
        metadata.ProviderUri.ShouldBe(new Uri("https://api.openai.com/v1"));
        client.GetService<ChatClient>().ShouldNotBeNull();
    }

    [Test]
    public void Create_OpenAIWithoutKey_NamesTheVariable() =>
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog().Create("openai/gpt-5-mini"))
            .Message.ShouldBe("No key for openai/gpt-5-mini. Set OPENAI_API_KEY, or pass ModelOptions.ApiKey.");

    [TestCase("acme/big-model")]
    [TestCase("acme/vendor/big-model")]
    public void Create_UnknownProvider_ListsWhatIsPossible(string name)
    {
        string message = Should.Throw<RlmConfigurationException>(() => Clients.Catalog().Create(name)).Message;

        message.ShouldStartWith($"Unknown model provider \"acme\" in \"{name}\".");
        foreach (IModelProvider provider in BuiltInProviders.All)
        {
            message.ShouldContain(provider.Example);
        }
    }

    [TestCase("")]
    [TestCase("  ")]
    [TestCase("gpt-5-mini")]
    [TestCase("openai")]
    [TestCase("openai/")]
    [TestCase("/gpt-5-mini")]
    [TestCase("openai/gpt 5")]
    public void Create_MalformedName_SaysTheForm(string name) =>
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog(("OPENAI_API_KEY", Clients.Key)).Create(name))
            .Message.ShouldContain("is not a model name: provider/model is expected");

    [TestCase("llama3")]
    [TestCase("meta-llama/Llama-3.1-8B")]
    public void Create_BareNameWithBaseUrl_NeedsNoKey(string name)
    {
        using IChatClient client = Clients.Catalog().Create(name, new ModelOptions { BaseUrl = "http://localhost:8000/v1" });

        client.GetService<ChatClientMetadata>()!.DefaultModelId.ShouldBe(name);
    }

    [TestCase("openai/gpt-oss-20b", "http://gpu-box:8000/v1", "openai/gpt-oss-20b")]
    [TestCase("openai/gpt-5-mini", "https://api.openai.com/v1", "gpt-5-mini")]
    [TestCase("openai/gpt-5-mini", "https://eu.api.openai.com/v1", "openai/gpt-5-mini")]
    [TestCase("gemini/g", "http://proxy:4000", "gemini/g")]
    [TestCase("openrouter/v/m", "http://proxy:4000", "openrouter/v/m")]
    [TestCase("openrouter/v/m", "https://openrouter.ai/api/v1", "v/m")]
    [TestCase("litellm/m", "http://proxy:4000", "litellm/m")]
    [TestCase("litellm/m", "http://127.0.0.1:4000", "m")]
    [TestCase("vercel/v/m", "http://proxy:4000", "vercel/v/m")]
    [TestCase("vllm/v/m", "http://gpu-box:8000/v1", "vllm/v/m")]
    [TestCase("ollama/m", "http://gpu-box:11434/v1", "ollama/m")]
    [TestCase("ollama/m", "http://127.0.0.1:11434/v1", "m")]
    [TestCase("OpenAI/gpt-oss-20b", "http://gpu-box:8000/v1", "OpenAI/gpt-oss-20b")]
    [TestCase("azure/dep", "https://x.openai.azure.com", "dep")]
    [TestCase("anthropic/m", "http://proxy:4000", "m")]
    [TestCase("bedrock/m", "http://proxy:4000", "m")]
    [TestCase("portkey/@openai/m", "http://proxy:4000", "@openai/m")]
    [TestCase("meta-llama/m", "http://gpu-box:8000/v1", "meta-llama/m")]
    public void Create_NameOfAProviderAndABaseUrl_TheAddressDecides(string name, string baseUrl, string sent)
    {
        using IChatClient client = Clients.Catalog(("AWS_REGION", "eu-west-1")).Create(name, new ModelOptions { BaseUrl = baseUrl, ApiKey = Clients.Key });

        client.GetService<ChatClientMetadata>()!.DefaultModelId.ShouldBe(sent);
    }

    [Test]
    public async Task Create_NameOfAProviderAtAnotherAddress_DoesNotSendItsKey()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog(("OPENAI_API_KEY", Clients.Key)).Create("openai/gpt-oss-20b", new ModelOptions { BaseUrl = server.BaseUrl });

        await client.GetResponseAsync("hi");

        server.Last.Headers.ContainsKey("Authorization").ShouldBeFalse();
        server.Last.Body.ShouldContain("\"model\":\"openai/gpt-oss-20b\"");
    }

    [TestCase("localhost:8000")]
    [TestCase("ftp://host/v1")]
    [TestCase("http://user:pass@host/v1")]
    [TestCase("nonsense")]
    public void Create_MalformedBaseUrl_SaysSoWithoutIt(string baseUrl)
    {
        string message = Should.Throw<RlmConfigurationException>(() => Clients.Catalog().Create("m", new ModelOptions { BaseUrl = baseUrl })).Message;

        message.ShouldContain("base URL");
        message.ShouldNotContain("pass@");
    }

    [TestCase("two words")]
    [TestCase("line\nbreak")]
    [TestCase("kéy-of-mine")]
    public void Create_KeyThatCannotTravelInAHeader_SaysSoWithoutIt(string key)
    {
        string message = Should.Throw<RlmConfigurationException>(() => Clients.Catalog(("OPENAI_API_KEY", key)).Create("openai/m")).Message;

        message.ShouldContain("OPENAI_API_KEY");
        message.ShouldNotContain(key);
    }

    [Test]
    public async Task Create_Offline_NeedsNothing()
    {
        using IChatClient client = Clients.Catalog().Create("offline");

        (await client.GetResponseAsync("The code is 42.\nWhat is the code?")).Text.ShouldNotBeEmpty();
        client.GetService<Rlm.Embedded.Models.OfflineModel>().ShouldNotBeNull();
    }

    [Test]
    public void With_ProviderThatIsOneModel_IsReachedByItsName()
    {
        using IChatClient client = Clients.Catalog().With(new OneModel()).Create("single");

        client.ShouldNotBeNull();
        Should.Throw<RlmConfigurationException>(() => Clients.Catalog().With(new OneModel()).Create("single/x"));
    }

    [Test]
    public async Task Create_BareNameWithBaseUrl_DoesNotSendTheKeyOfAnotherService()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog(("OPENAI_API_KEY", Clients.Key)).Create("m", new ModelOptions { BaseUrl = server.BaseUrl });

        await client.GetResponseAsync("hi");

        server.Last.Headers.ContainsKey("Authorization").ShouldBeFalse();
    }

    [Test]
    public async Task Create_WithHeadersAndBodyFields_SendsThem()
    {
        await using LoopbackServer server = await LoopbackServer.AnsweringAsync(Wire.Text("ok"));
        using IChatClient client = Clients.Catalog().Create("m", new ModelOptions
        {
            BaseUrl = server.BaseUrl,
            ApiKey = Clients.Key,
            Headers = new Dictionary<string, string> { ["X-Team"] = "red" },
            BodyFields = new Dictionary<string, object?> { ["chat_template_kwargs"] = new Dictionary<string, object?> { ["thinking"] = true } },
        });

        await client.GetResponseAsync("hi");

        server.Last.Headers["X-Team"].ShouldBe("red");
        server.Last.Headers["Authorization"].ShouldBe($"Bearer {Clients.Key}");
        server.Last.Body.ShouldContain("\"chat_template_kwargs\":{\"thinking\":true}");
        server.Last.Path.ShouldBe("/v1/chat/completions");
    }

    private sealed class OneModel : IModelProvider
    {
        public string Name => "single";

        public string Example => "single";

        public bool NeedsModel => false;

        public IReadOnlyList<string> Variables => [];

        public IChatClient Create(ModelRequest request) => new OpenAIChatCompletionsClient(new ChatClient("m", "k"));
    }
}
