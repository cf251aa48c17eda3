using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Engine.Prompts;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl.Tools;

[TestFixture]
internal sealed class RlmToolTests
{
    private enum Colour
    {
        Red,
        Blue,
    }

    [Test]
    public void FromDelegate_TypesAndDefaults_AreThePythonSignature()
    {
        Signature((string query, int limit = 10) => new[] { query }).ShouldBe("t(query: str, limit: int = 10) -> list[str]");
        Signature((string? query, double[] weights, bool deep = true) => 1.5).ShouldBe("t(query: str | None, weights: list[float], deep: bool = True) -> float");
        Signature((Colour colour, CancellationToken token) => Task.FromResult("x")).ShouldBe("t(colour: Literal['Red', 'Blue']) -> str");
        Signature((Dictionary<string, int> counts, object any) => ValueTask.FromResult<int?>(3)).ShouldStartWith("t(counts: dict, any) -> int | None");
        Signature(() => { }).ShouldBe("t()");
        Signature((string name = "it's") => Task.CompletedTask).ShouldBe("t(name: str = 'it\\'s')");
    }

    [Test]
    public void FromDelegate_Method_TakesItsNameAndDescriptions()
    {
        var tool = RlmTool.FromDelegate(Search);

        tool.Name.ShouldBe("Search");
        tool.Description.ShouldBe("Finds pages.");
        ToolsText.Render([tool]).ShouldEndWith("\n- `Search(query: str, limit: int = 5) -> list[str]`: Finds pages.\n  - `query`: What to look for.");
    }

    [Test]
    public void FromDelegate_LocalFunction_TakesItsName()
    {
        RlmTool.FromDelegate(Twice).Name.ShouldBe("Twice");

        static int Twice(int n) => n * 2;
    }

    [Test]
    public void FromDelegate_LambdaWithoutName_IsRefused() =>
        Should.Throw<RlmConfigurationException>(() => RlmTool.FromDelegate((int n) => n)).Message.ShouldContain("Give one");

    [Test]
    public void FromFunction_SchemaOfItsOwn_GivesTheSignature()
    {
        var schema = JsonDocument.Parse("""{"type":"object","properties":{"unit":{"type":"string","default":"C","enum":["C","F"]},"city":{"type":"string"}},"required":["city"],"$vendor":1}""").RootElement;

        RlmTool.FromFunction(new Declared("weather", schema)).Signature.ShouldBe("weather(city: str, unit: Literal['C', 'F'] = 'C')");
    }

    [Test]
    public void FromFunction_NeedsApproval_IsRefused() => Should.Throw<RlmConfigurationException>(
        () => RlmTool.FromFunction(new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 1, "pay")))).Message.ShouldContain("'pay' needs a person's approval");

    [TestCase("context")]
    [TestCase("context_12")]
    [TestCase("history")]
    [TestCase("answer")]
    [TestCase("llm_query")]
    [TestCase("rlm_query_batched")]
    [TestCase("FINAL")]
    [TestCase("SHOW_VARS")]
    [TestCase("lambda")]
    [TestCase("None")]
    [TestCase("print")]
    [TestCase("ValueError")]
    [TestCase("__import__")]
    [TestCase("__mine")]
    [TestCase("f_back")]
    [TestCase("my-tool")]
    [TestCase("2nd")]
    [TestCase("")]
    public void FromValue_ReservedName_IsRefusedWithTheList(string name)
    {
        var refused = Should.Throw<RlmConfigurationException>(() => RlmTool.FromValue(name, 1));

        refused.Message.ShouldContain($"'{name}'");
        refused.Message.ShouldContain("Reserved are context, llm_query, llm_query_batched");
    }

    [Test]
    public void FromValue_LaterChanges_DoNotReachIt()
    {
        var list = new List<object?> { 1 };
        var tool = RlmTool.FromValue("items", list);
        list.Add(2);

        tool.Value.ShouldBeOfType<List<object?>>().ShouldBe([1L]);
        tool.Signature.ShouldBe("items: list");
    }

    [Test]
    public void FromValue_NoCounterpart_IsRefused()
    {
        Should.Throw<RlmConfigurationException>(() => RlmTool.FromValue("x", new Uri("https://a.b"))).Message.ShouldContain("System.Uri");
        Should.Throw<RlmConfigurationException>(() => RlmTool.FromValue("x", new Dictionary<int, string> { [1] = "a" })).Message.ShouldContain("Make its keys strings");
        var circle = new List<object?>();
        circle.Add(circle);
        Should.Throw<RlmConfigurationException>(() => RlmTool.FromValue("x", circle)).Message.ShouldContain("contains itself");
    }

    [Test]
    public void Options_TwoToolsOfOneName_AreRefused()
    {
        using var root = new Rlm.Embedded.Models.ScriptedChatClient();
        var options = new RlmOptions { Tools = { RlmTool.FromValue("a", 1), RlmTool.FromValue("a", 2) } };

        Should.Throw<RlmConfigurationException>(() => new RecursiveLanguageModel(root, options)).Message.ShouldBe("RlmOptions.Tools has two tools named 'a'. Give one of them another name.");
    }

    private static string Signature(Delegate function) => RlmTool.FromDelegate(function, "t").Signature;

    [System.ComponentModel.Description("Finds pages.")]
    private static string[] Search([System.ComponentModel.Description("What to look for.")] string query, int limit = 5) => [.. Enumerable.Repeat(query, limit)];

    private sealed class Declared(string name, JsonElement schema) : AIFunction
    {
        public override string Name => name;

        public override JsonElement JsonSchema => schema;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new((object?)null);
    }
}
