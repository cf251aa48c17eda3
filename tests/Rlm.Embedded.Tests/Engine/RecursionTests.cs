using System.Globalization;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>Children of children, each with a real REPL of its own.</summary>
[TestFixture]
[Category("Interpreter")]
internal sealed class RecursionTests
{
    private static readonly RlmContext Start = RlmContext.FromText("0");

    [Test]
    public async Task RlmQuery_FiveLevels_EachHasItsOwnReplAndAllIsRolledUp()
    {
        var plain = 0;
        var model = Counting(_ => Interlocked.Increment(ref plain).ToString(CultureInfo.InvariantCulture));
        await using var rlm = new RecursiveLanguageModel(model, new RlmOptions { MaxDepth = 5 });

        var result = await rlm.CompleteAsync(Start, "?");

        result.Text.ShouldBe("0 < 1 < 2 < 3 < 4 < 1");
        plain.ShouldBe(1);
        result.Usage.SubCalls.ShouldBe(5);
        result.Usage.Calls.ShouldBe(6);
        result.Usage.Tokens.ShouldBe(new TokenUsage(60, 6));
        var levels = 0;
        for (var run = result; run is not null; run = run.Trajectory[0].Cells[0].SubCalls.ShouldHaveSingleItem().Child)
        {
            levels++;
            run.Usage.Calls.ShouldBe(7 - levels);
            run.Trajectory[0].Cells[0].Result.Stdout.ShouldBe("[]\n");
        }

        levels.ShouldBe(5);
    }

    [Test]
    public async Task RlmQueryBatched_ThreeLevels_KeepsOrderAtEveryLevel()
    {
        var model = new ScriptedChatClient().Otherwise(call => IsPlain(call)
            ? call.LastText
            : Block("parts = rlm_query_batched([context + '.' + str(i) for i in range(3)])\nFINAL('(' + ' '.join(parts) + ')')"));
        await using var rlm = new RecursiveLanguageModel(model, new RlmOptions { MaxDepth = 2 });

        var result = await rlm.CompleteAsync(Start, "?");

        result.Text.ShouldBe("((0.0.0 0.0.1 0.0.2) (0.1.0 0.1.1 0.1.2) (0.2.0 0.2.1 0.2.2))");
        result.Usage.SubCalls.ShouldBe(12);
        result.Trajectory[0].Cells[0].SubCalls.Select(call => call.Child!.Usage.SubCalls).ShouldBe([3, 3, 3]);
    }

    [Test]
    public async Task RlmQuery_HostileCell_RaisesNeitherDepthNorTurns()
    {
        var root = new ScriptedChatClient(Block("""
            tried = []
            for attack in (
                lambda: rlm_query('x', depth=99), lambda: rlm_query('x', max_depth=99), lambda: rlm_query('x', None, 99),
                lambda: setattr(rlm_query, 'depth', 99), lambda: setattr(rlm_query, '__self__', 2), lambda: rlm_query.__self__.MaxDepth,
                lambda: type(rlm_query)('rlm_query'), lambda: rlm_query_batched(['x'], max_depth=99), lambda: globals().update(MAX_DEPTH=99, max_depth=99, depth=-5, MaxTurns=999),
            ):
                try:
                    attack()
                except Exception as error:
                    tried.append(type(error).__name__)
            llm_query = rlm_query
            FINAL([len(tried), rlm_query('task')])
            """));
        var sub = new ScriptedChatClient().Otherwise(call => IsPlain(call) ? "plain" : Block("FINAL('child')"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 1, SandboxProfile = Rlm.Embedded.Sandbox.SandboxProfile.Trusted });

        var result = await rlm.CompleteAsync(Start, "?");

        result.Text.ShouldBe("[8, \"plain\"]");
        result.Trajectory[0].Cells[0].SubCalls.ShouldAllBe(call => call.Child == null);
        result.Usage.SubCalls.ShouldBe(1);
    }

    [Test]
    public async Task RlmQuery_ChildSystemPrompt_IsThatOfChildrenOnly()
    {
        var root = new ScriptedChatClient(Block("FINAL(rlm_query('a'))"));
        var sub = new ScriptedChatClient(Block("FINAL('b')"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 2, ChildSystemPrompt = "You are {a} child." });

        (await rlm.CompleteAsync(Start, "?")).Text.ShouldBe("b");

        root.Calls[0].Messages[0].Text.ShouldContain("Each call is a worker with a REPL of its own");
        sub.Calls[0].Messages[0].Text.ShouldBe("You are {a} child.");
    }

    [Test]
    public async Task RlmQuery_LastLevel_IsNotToldOfIt()
    {
        var root = new ScriptedChatClient(Block("FINAL(rlm_query('a'))"));
        var sub = new ScriptedChatClient(Block("FINAL('b')"));
        await using var rlm = new RecursiveLanguageModel(root, new RlmOptions { SubModel = sub, MaxDepth = 2 });

        await rlm.CompleteAsync(Start, "?");

        root.Calls[0].Messages[0].Text.ShouldContain("rlm_query(prompt");
        sub.Calls[0].Messages[0].Text.ShouldNotContain("rlm_query"); // a plain call there
    }

    // Goes one level down, says which variables it found, and puts its own number before what comes back.
    private static ScriptedChatClient Counting(Func<ScriptedCall, string> plain) => new ScriptedChatClient().Otherwise(call => WithUsage(
        IsPlain(call) ? plain(call) : Block("print([name for name in globals() if not name.startswith('__') and name != 'context' and not callable(globals()[name])])\nmine = context\nFINAL(mine + ' < ' + rlm_query(str(int(mine) + 1)))"), 10, 1));

    private static bool IsPlain(ScriptedCall call) => call.Messages.Count == 1;
}
