using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

public sealed class ModelsTests
{
    private const string Key = "planted-key-5f2c9d81e7";

    [Test]
    public async Task Models_Json_TellsWhatIsConfiguredByNamesOnly()
    {
        Dictionary<string, string?> environment = new() { ["OPENAI_API_KEY"] = Key, ["AZURE_OPENAI_API_KEY"] = Key };

        Outcome outcome = await ToolProcess.RunAsync(["models", "--json"], null, environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.ToString().ShouldNotContain(Key);
        JsonElement[] models = [.. JsonDocument.Parse(outcome.Out).RootElement.GetProperty("models").EnumerateArray()];
        JsonElement Model(string name) => models.Single(model => model.Text("name") == name);
        Model("openai/gpt-5-mini").GetProperty("configured").GetBoolean().ShouldBeTrue();
        Model("openai/gpt-5-mini").GetProperty("context_window").GetInt32().ShouldBe(400_000);
        Model("openai/gpt-5-mini").Text("prices_as_of").ShouldNotBeNullOrEmpty();
        Model("azure/my-gpt-5-deployment").Text("missing").ShouldBe("AZURE_OPENAI_ENDPOINT");
        Model("anthropic/claude-sonnet-4-5").GetProperty("configured").GetBoolean().ShouldBeFalse();
        Model("offline").GetProperty("configured").GetBoolean().ShouldBeTrue();
        models.Select(model => model.Text("name")).ShouldBeUnique();
    }

    [Test]
    public async Task Models_Text_HasAllProviders()
    {
        Outcome outcome = await ToolProcess.RunAsync("models");

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Out.ShouldContain("set OPENAI_API_KEY");
        foreach (string provider in new[] { "openai/", "azure/", "anthropic/", "gemini/", "bedrock/", "openrouter/", "portkey/", "litellm/", "vercel/", "vllm/", "ollama/", "offline" })
        {
            outcome.Out.ShouldContain("\n" + provider);
        }
    }

    [Test]
    public async Task Check_ModelAnswers_Exits0()
    {
        using FakeModelServer server = FakeModelServer.Saying("ok");

        Outcome text = await ToolProcess.RunAsync("models", "--check", "m", "--base-url", server.Url);
        Outcome json = await ToolProcess.RunAsync("models", "--check", "m", "--base-url", server.Url, "--json");

        text.Code.ShouldBe(0, text.ToString());
        text.Out.ShouldStartWith("m: ok in ");
        JsonDocument.Parse(json.Out).RootElement.GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Test]
    public async Task Check_ServerRefusesTheKey_Exits1AfterOneCall()
    {
        using FakeModelServer server = FakeModelServer.Start(_ => (500, $"{{\"error\":{{\"message\":\"bad {Key}\"}}}}"));
        Dictionary<string, string?> environment = new() { ["OPENAI_API_KEY"] = Key, ["OPENAI_BASE_URL"] = server.Url };

        Outcome outcome = await ToolProcess.RunAsync(["models", "--check", "openai/m", "--json", "-v"], null, environment);

        outcome.Code.ShouldBe(1, outcome.ToString());
        outcome.Error.ShouldContain("500");
        outcome.ToString().ShouldNotContain(Key);
        server.Requests.ShouldHaveSingleItem().Authorization.ShouldBe($"Bearer {Key}");
    }

    [Test]
    public async Task Check_NotConfigured_Exits4AndNamesTheVariable()
    {
        Outcome outcome = await ToolProcess.RunAsync("models", "--check", "openai/gpt-5-mini");

        outcome.Code.ShouldBe(4, outcome.ToString());
        outcome.Error.ShouldContain("OPENAI_API_KEY");
    }

    [TestCase("AZURE_OPENAI_API_KEY")]
    [TestCase("LITELLM_API_KEY")]
    [TestCase("OPENAI_BASE_URL", "OPENAI_API_KEY")]
    public async Task Niah_KeyWithoutAModelThatIsCertain_IsOffline(params string[] variables)
    {
        Dictionary<string, string?> environment = variables.ToDictionary(name => name, string? (_) => "http://127.0.0.1:9/v1");

        Outcome outcome = await ToolProcess.RunAsync(["niah", "--lines", "100"], null, environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        outcome.Error.ShouldContain("model: offline");
    }
}
