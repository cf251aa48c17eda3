using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class ResultTests
{
    [Test]
    public async Task ToString_Answer_IsTheAnswer()
    {
        $"{await RunAsync(new ScriptedChatClient(Block("x")), new FakeRepl().Answers("dark"))}".ShouldBe("dark");

        await using var rlm = new RecursiveLanguageModel(new ScriptedChatClient(Block("x")), Options(new FakeRepl().Answers("42")));
        $"{await rlm.CompleteAsync<int>(Book, "?")}".ShouldBe("42");
    }

    [Test]
    public async Task ToString_NoAnswer_SaysWhy()
    {
        var result = await RunAsync(new ScriptedChatClient(), new FakeRepl(), options => options.MaxRootTokens = 0);

        result.ToString().ShouldStartWith("(no answer: ");
        result.ToString().ShouldContain("MaxRootTokens");
    }

    [Test]
    public async Task Usage_RootAndSubCalls_AreApart()
    {
        var root = new ScriptedChatClient().Then(WithUsage(Block("x"), 100, 10)).Then(WithUsage(Block("y"), 200, 20));
        var sub = ScriptedChatClient.Named("sub").Otherwise(_ => WithUsage("said", 7, 3));
        var repl = new FakeRepl()
            .Then(async (fake, _, token) => new CellResult { Stdout = await fake.SubCalls.CallAsync(Llm("one"), token) })
            .Answers("42");

        var result = await RunAsync(root, repl, options => options.SubModel = sub);

        result.Usage.RootTokens.ShouldBe(new TokenUsage(300, 30));
        result.Usage.SubTokens.ShouldBe(new TokenUsage(7, 3));
        (result.Usage.RootTokens + result.Usage.SubTokens).ShouldBe(result.Usage.Tokens);
    }
}
