using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class ToolRunTests
{
    private static readonly RlmTool s_search = RlmTool.FromDelegate((string query, int limit = 10) => $"{query} {limit}", "search", "Finds pages.");
    private static readonly RlmTool s_prices = RlmTool.FromValue("prices", new Dictionary<string, object?> { ["tea"] = 2 }, "In EUR.\nWithout tax.");

    [Test]
    public async Task RunAsync_Tools_AreInTheSystemPromptAndTheSession()
    {
        using var root = new ScriptedChatClient(Block("1"));
        var repl = new FakeRepl().Answers("x");

        await RlmFixture.RunAsync(root, repl, o =>
        {
            o.Tools.Add(s_search);
            o.Tools.Add(s_prices);
        });

        repl.Options.Tools.ShouldBe([s_search, s_prices]);
        root.Calls[0].Messages[0].Text.ShouldContain(
            "- `search(query: str, limit: int = 10) -> str`: Finds pages.\n- `prices: dict`: In EUR.\n  Without tax.\n\n# How to work");
    }

    [Test]
    public async Task RunAsync_NoTools_SystemPromptHasNoSection()
    {
        using var root = new ScriptedChatClient(Block("1"));

        await RlmFixture.RunAsync(root, new FakeRepl().Answers("x"));

        root.Calls[0].Messages[0].Text.ShouldNotContain("Tools of this run");
        root.Calls[0].Messages[0].Text.ShouldNotContain("{{");
    }

    [Test]
    public async Task RunAsync_SystemPromptOfTheCaller_ToolsAreToldBehindIt()
    {
        using var root = new ScriptedChatClient(Block("1"));

        await RlmFixture.RunAsync(root, new FakeRepl().Answers("x"), o =>
        {
            o.SystemPrompt = "Use {{tools}} and {x}.";
            o.Tools.Add(s_search);
        });

        root.Calls[0].Messages[0].Text.ShouldStartWith("Use {{tools}} and {x}.\n\n# Tools of this run\n");
    }

    [TestCase(null, true, false)]
    [TestCase("none", false, false)]
    [TestCase("own", false, true)]
    public async Task RunAsync_Child_HasTheToolsItIsGiven(string? kind, bool search, bool prices)
    {
        var child = new FakeRepl().Answers("child");
        var parent = new FakeRepl().Then(async (r, _, token) => new CellResult { FinalAnswer = await r.SubCalls.CallAsync(new SubCall(SubCallKind.Rlm, "task", null), token) });
        var opened = 0;
        using var root = new ScriptedChatClient(Block("1")).Then(_ => Block("2"));

        await RlmFixture.RunAsync(root, parent, o =>
        {
            o.MaxDepth = 2;
            o.Tools.Add(s_search);
            o.ChildTools = kind switch
            {
                "none" => [],
                "own" => [s_prices],
                _ => null,
            };
            o.OpenRepl = (options, token) => (opened++ == 0 ? parent : child).OpenAsync(options, token);
        });

        parent.Options.Tools.ShouldBe([s_search]);
        child.Options.Tools.Contains(s_search).ShouldBe(search);
        child.Options.Tools.Contains(s_prices).ShouldBe(prices);
        var told = root.Calls[1].Messages[0].Text;
        told.Contains("`search(", StringComparison.Ordinal).ShouldBe(search);
        told.Contains("`prices: dict`", StringComparison.Ordinal).ShouldBe(prices);
        root.Calls[0].Messages[0].Text.ShouldContain("`search(");
    }

    [Test]
    public async Task RunAsync_OptionsChangedAfterwards_DoNotReachTheRun()
    {
        using var root = new ScriptedChatClient(Block("1"));
        var repl = new FakeRepl().Answers("x");
        var options = Options(repl);
        await using var rlm = new RecursiveLanguageModel(root, options);
        options.Tools.Add(s_search);

        await rlm.CompleteAsync(Book, "?");

        repl.Options.Tools.ShouldBeEmpty();
    }

    [Test]
    [Category("Interpreter")]
    public async Task RunAsync_RealRepl_ModelUsesToolsTypedCallsAndATypedAnswer()
    {
        using var root = new ScriptedChatClient(Block("""
            hits = search('stormy', limit=2)
            person = llm_query('Who? ' + hits, schema={'type': 'object', 'properties': {'age': {'type': 'integer'}}, 'required': ['age']})
            FINAL({'name': hits, 'age': person['age'] + prices['tea']})
            """));
        using var sub = new ScriptedChatClient("no idea").Then(_ => "{\"age\": 40}");
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, Tools = { s_search, s_prices } });

        var result = await rlm.CompleteAsync<Answer>(Book, "Who is it?");

        result.Value.ShouldBe(new Answer("stormy 2", 42));
        result.Usage.Calls.ShouldBe(3);
    }

    [Test]
    [Category("Interpreter")]
    public async Task RunAsync_RealRepl_ImageOfATool_ReachesTheSubModelAndTheTrajectoryOnlyNamesIt()
    {
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 9, 9];
        using var root = new ScriptedChatClient(Block("FINAL(llm_query_batched([['what?', picture], 'plain'])[0])"));
        using var sub = new ScriptedChatClient().Otherwise(call => call.Messages[0].Contents.Count == 2 ? "a cat" : "text");
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, Tools = { RlmTool.FromValue("picture", png) } });

        var result = await rlm.CompleteAsync(Book, "What is it?");

        result.Text.ShouldBe("a cat");
        var call = result.Trajectory[0].Cells[0].SubCalls[0].Call;
        call.Messages.ShouldBeNull();
        call.Prompt.ShouldMatch("""^what\?\n\[image/png, 10 bytes, sha256 [0-9a-f]{16}\]$""");
    }

    private sealed record Answer(string Name, int Age);
}
