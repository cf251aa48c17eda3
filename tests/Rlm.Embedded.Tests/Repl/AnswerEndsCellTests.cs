using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>A cell ends where it gives its answer: what stands behind that neither runs nor costs.</summary>
[TestFixture(SandboxProfile.Restricted)]
[TestFixture(SandboxProfile.Trusted)]
public sealed class AnswerEndsCellTests(SandboxProfile profile) : ReplTest
{
    private const string Call = "\nllm_query('paid')\nafter = 1";

    private int _paid;

    private Task<EmbeddedRepl> OpenCountingAsync()
    {
        _paid = 0;
        return OpenAsync(With(_ => Interlocked.Increment(ref _paid).ToString()) with { Profile = profile });
    }

    [TestCase("before = 1\nFINAL('a')" + Call)]
    [TestCase("before = 1\nx = 'a'\nFINAL_VAR('x')" + Call)]
    [TestCase("before = 1\nx = {'k': 'a'}\nFINAL_VAR(\"x['k']\")" + Call)]
    [TestCase("before = 1\nFINAL('a')\nFINAL('b')" + Call)]
    [TestCase("before = 1\ntry:\n    FINAL('a')\nexcept Exception:\n    pass" + Call)]
    [TestCase("before = 1\ntry:\n    FINAL('a')\nexcept:\n    pass" + Call)]
    [TestCase("before = 1\ntry:\n    FINAL('a')\nexcept BaseException as e:\n    FINAL('b')" + Call)]
    [TestCase("before = 1\ntry:\n    FINAL('a')\nfinally:\n    llm_query('paid')" + Call)]
    [TestCase("before = 1\ndef f():\n    try:\n        FINAL('a')\n    finally:\n        return 1\nf()" + Call)]
    [TestCase("before = 1\ndef g():\n    yield 1\n    FINAL('a')\n    yield 2\nfor _ in g(): pass" + Call)]
    [TestCase("before = 1\nx = sorted([2, 1], key=lambda v: FINAL('a'))" + Call)]
    [TestCase("before = 1\nx = [FINAL(v) for v in 'ab']" + Call)]
    [TestCase("before = 1\nclass C:\n    def __enter__(self): return self\n    def __exit__(self, *details): return True\nwith C():\n    FINAL('a')" + Call)]
    [TestCase("import contextlib\nbefore = 1\nwith contextlib.suppress(BaseException):\n    FINAL('a')" + Call)]
    [TestCase("before = 1\nawait llm_query_batched([])\nFINAL('a')" + Call)]
    [TestCase("import asyncio\nbefore = 1\nasync def f():\n    await asyncio.sleep(0)\n    FINAL('a')\nawait f()" + Call)]
    [TestCase("import asyncio\nbefore = 1\nasync def f(v):\n    FINAL(v)\nawait asyncio.gather(f('a'), f('b'))" + Call)]
    [TestCase("import asyncio\nbefore = 1\nasync def f():\n    FINAL('a')\nasyncio.run(f())" + Call)]
    [TestCase("from concurrent.futures import ThreadPoolExecutor\nbefore = 1\nwith ThreadPoolExecutor(2) as pool:\n    pool.submit(FINAL, 'a').result()" + Call)]
    [TestCase("from concurrent.futures import ThreadPoolExecutor\nbefore = 1\nwith ThreadPoolExecutor(1) as pool:\n    list(pool.map(FINAL, 'ab'))" + Call)]
    [TestCase("before = 1\ndef f(v):\n    FINAL(v)\nlist(map(f, 'ab'))" + Call)]
    [TestCase("before = 1\nif 1:\n    FINAL('a')\nelse:\n    FINAL('b')" + Call)]
    public async Task Execute_CodeBehindTheAnswer_IsNotRun(string code)
    {
        EmbeddedRepl repl = await OpenCountingAsync();

        CellResult result = await RunAsync(repl, code);

        result.FinalAnswer.ShouldBe("a");
        result.Stopped.ShouldBe(CellStop.None);
        _paid.ShouldBe(0);
        string[] names = [.. result.Variables.Select(variable => variable.Name)];
        names.ShouldContain("before");
        names.ShouldNotContain("after");
        (await RunAsync(repl, "print(before, llm_query('x'))")).Stdout.ShouldBe("1 1\n");
    }

    [TestCase("FINAL('a')")]
    [TestCase("print('shown')\nFINAL('a')")]
    [TestCase("try:\n    FINAL('a')\nfinally:\n    print('shown')")]
    public async Task Execute_Answered_IsNoError(string code)
    {
        EmbeddedRepl repl = await OpenCountingAsync();

        CellResult result = await RunAsync(repl, code);

        result.Error.ShouldBeNull();
        result.AnswerFault.ShouldBeNull();
        result.Stderr.ShouldBe("");
        result.Stdout.ShouldBe(code.Contains("print") ? "shown\n" : "");
    }

    [TestCase("while True: pass")]
    [TestCase("while True:\n    try:\n        while True: pass\n    except BaseException: pass")]
    public async Task Execute_TheEndIsCaughtAndTheCodeGoesOn_IsEnded(string loop)
    {
        EmbeddedRepl repl = await OpenCountingAsync();

        CellResult result = await RunAsync(repl, "try:\n    FINAL('a')\nexcept BaseException:\n    pass\n" + loop);

        result.FinalAnswer.ShouldBe("a");
        result.Stopped.ShouldBe(CellStop.None);
        result.Error.ShouldBeNull();
        (await RunAsync(repl, "print(1)")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task Execute_RedirectedWhereTheAnswerIsGiven_LaterOutputIsShown()
    {
        EmbeddedRepl repl = await OpenCountingAsync();

        await RunAsync(repl, "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()):\n    FINAL('a')");

        (await RunAsync(repl, "print('seen')")).Stdout.ShouldBe("seen\n");
    }

    [Test]
    public async Task Execute_ToolBehindTheAnswer_IsNotCalled()
    {
        var called = 0;
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = profile, Tools = [RlmTool.FromDelegate(() => ++called, "count")] });

        CellResult result = await RunAsync(repl, "try:\n    FINAL('a')\nexcept BaseException:\n    count()");

        result.FinalAnswer.ShouldBe("a");
        called.ShouldBe(0);
    }
}
