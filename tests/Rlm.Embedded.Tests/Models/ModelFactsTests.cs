using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;

namespace Rlm.Embedded.Tests.Models;

[TestFixture]
internal sealed class ModelFactsTests
{
    [TestCase("gpt-5-mini", "gpt-5-mini")]
    [TestCase("openai/gpt-5-mini", "gpt-5-mini")]
    [TestCase("openai/gpt-4o-mini-2024-07-18", "gpt-4o-mini")]
    [TestCase("openrouter/anthropic/claude-sonnet-4.5", "claude-sonnet-4-5")]
    [TestCase("openrouter/anthropic/claude-sonnet-4.5:beta", "claude-sonnet-4-5")]
    [TestCase("anthropic/claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [TestCase("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5")]
    [TestCase("vercel/google/gemini-2.5-flash", "gemini-2.5-flash")]
    [TestCase("portkey/@openai/gpt-5", "gpt-5")]
    public void Find_NameOfAnyProvider_IsTheModel(string name, string model) => ModelFacts.Find(name)!.Model.ShouldBe(model);

    [TestCase("")]
    [TestCase("ollama/llama3.2")]
    [TestCase("openai/gpt-5-mini-fast")]
    [TestCase("offline")]
    public void Find_UnknownModel_IsNull(string name) => ModelFacts.Find(name).ShouldBeNull();

    [Test]
    public void Cost_CachedInput_IsCheaper() =>
        ModelFacts.Find("openai/gpt-5-mini")!.Price.Cost(new TokenUsage(1_000_000, 100_000, 400_000)).ShouldBe(0.15m + 0.01m + 0.20m);

    [Test]
    public void All_Examples_AreWellFormed() => ModelFacts.All.ShouldAllBe(m => ModelFacts.Find(m.Model) == m);
}
