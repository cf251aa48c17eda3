using NUnit.Framework;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplInterruptTests : ReplTest
{
    private static readonly TestCaseData[] s_runaways =
    [
        Runaway("loop", "while True: pass"),
        Runaway("for over an endless iterator", "for _ in iter(int, 1): pass"),
        Runaway("generator", "def g():\n    while True: yield 1\nfor x in g(): pass"),
        Runaway("lambda in sum", "sum(map(lambda x: x, iter(int, 1)))"),
        Runaway("lambda in filter", "list(filter(lambda x: False, iter(int, 1)))"),
        Runaway("key of max", "max(iter(int, 1), key=lambda x: x)"),
        Runaway("comparison in a list", "class E:\n    def __eq__(self, o):\n        while True: pass\nE() in [1]"),
        Runaway("except BaseException", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
        Runaway("bare except around a call", "def f():\n    for i in range(10**12): pass\nwhile True:\n    try: f()\n    except: pass"),
        Runaway("finally continue", "while True:\n    try:\n        x = 1\n    finally:\n        continue"),
        Runaway("exit that swallows", "class S:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with S():\n        while True: pass"),
        Runaway("recursion with finally", "def f():\n    try: f()\n    finally: f()\nf()"),
        Runaway("finaliser", "def g():\n    try: yield\n    finally:\n        while True: pass\nwhile True:\n    d = g()\n    next(d)\n    del d"),
        Runaway("property", "class P:\n    @property\n    def x(self):\n        while True: pass\nP().x"),
        Runaway("big power", "3 ** (10 ** 9)"),
        Runaway("factorial", "import math\nmath.factorial(10 ** 8)"),
        Runaway("regex", "import re\nre.match('(a+)+$', 'a' * 80 + 'b')"),
        Runaway("sleep", "import time\ntime.sleep(10 ** 6)"),
        Runaway("await without end", "import asyncio\nawait asyncio.Event().wait()"),
        Runaway("asyncio sleep", "import asyncio\nawait asyncio.sleep(10 ** 6)"),
        Runaway("busy coroutine", "import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)\nawait f()"),
    ];

    [TestCaseSource(nameof(s_runaways))]
    public async Task Stopped_RunawayWithATimeout_IsTimeoutAndTheSessionGoesOn(string code)
    {
        CellResult result = await RunAsync($"kept = [1]\nprint('before')\n{code}\nprint('after')", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        result.Stdout.ShouldBe("before\n");
        result.Error!.Type.ShouldBe("TimeoutError");
        result.Error.Message.ShouldContain("0.3 s");
        (await PrintedAsync("kept")).ShouldBe("[1]\n");
        (await PrintedAsync("sum(range(1000))")).ShouldBe("499500\n");
    }

    [TestCaseSource(nameof(s_runaways))]
    public async Task Stopped_RunawayInTheSecondSession_IsTimeoutToo(string code)
    {
        // Signals reach one thread of CPython's at a time: the first session holds the one that started Python.
        EmbeddedRepl first = await OpenAsync();
        EmbeddedRepl second = await OpenAsync();

        CellResult result = await RunAsync(second, $"kept = 1\n{code}", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        (await RunAsync(second, "kept")).Stdout.ShouldBe("1\n");
        (await RunAsync(first, "2")).Stdout.ShouldBe("2\n");
    }

    [Test]
    public async Task Stopped_Lock_IsTimeout()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted });

        CellResult result = await RunAsync(repl, "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire()", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        result.Error!.Line.ShouldBe(4);
    }

    [Test]
    public async Task Stopped_DefaultTimeoutOfTheSession_Holds()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { CellTimeout = Short } });

        (await RunAsync(repl, "while True: pass")).Stopped.ShouldBe(CellStop.Timeout);
        (await RunAsync(repl, "1")).Stopped.ShouldBe(CellStop.None);
    }

    [Test]
    public async Task Stopped_InAFunctionOfAnEarlierCell_HasTheLineOfThisCell()
    {
        await PrintedAsync("\n\ndef spin():\n    while True: pass");

        CellResult result = await RunAsync("x = 1\nspin()", Short);

        result.Error!.Line.ShouldBe(2);
        result.Error.Message.ShouldContain("at line 2");
    }

    [TestCase("while True: pass")]
    [TestCase("while True:\n    try:\n        while True: pass\n    except BaseException: pass")]
    [TestCase("import time\ntime.sleep(10 ** 6)")]
    [TestCase("3 ** (10 ** 9)")]
    [TestCase("import asyncio\nawait asyncio.Event().wait()")]
    public async Task Stopped_TokenCancelled_IsCancelled(string code)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedRepl repl = await OpenAsync(With(_ =>
        {
            asked.SetResult();
            return "";
        }));
        using CancellationTokenSource cancel = new();
        Task<CellResult> running = RunAsync(repl, $"kept = 1\nllm_query('started')\n{code}", token: cancel.Token);
        await asked.Task.WaitAsync(Guard);
        await cancel.CancelAsync();

        CellResult result = await running;

        result.Stopped.ShouldBe(CellStop.Cancelled);
        result.Error!.Type.ShouldBe("CancelledError");
        (await RunAsync(repl, "kept")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task Stopped_TokenCancelledBefore_IsCancelled()
    {
        EmbeddedRepl repl = await OpenAsync();

        CellResult result = await RunAsync(repl, "while True: pass", token: new CancellationToken(canceled: true));

        result.Stopped.ShouldBe(CellStop.Cancelled);
        (await RunAsync(repl, "1")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task Stopped_InterruptSwallowedOnce_StillSaysTimeout()
    {
        CellResult result = await RunAsync("try:\n    while True: pass\nexcept BaseException as e:\n    pass\nwhile True: pass", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
    }

    [Test]
    public async Task RenderVariableAsync_StrThatLoops_Ends()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { CellTimeout = Short } });
        await RunAsync(repl, "class S:\n    def __str__(self):\n        while True: pass\ns = S()");

        await Should.ThrowAsync<Exception>(() => repl.RenderVariableAsync("s").AsTask().WaitAsync(Guard));
        (await RunAsync(repl, "1")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task ExecuteAsync_TimeoutsThatRaceWithTheEnd_NeverTouchTheNextCell()
    {
        EmbeddedRepl repl = await OpenAsync();
        Random random = new(1);
        int stopped = 0;
        await RunAsync(repl, "n = 0");
        for (int i = 1; i <= 5_000; i++)
        {
            CellResult raced = await repl.ExecuteAsync(new Cell("m = 1", TimeSpan.FromMicroseconds(random.Next(1, 60))));
            CellResult next = await repl.ExecuteAsync(new Cell("n += 1\nn"));

            stopped += raced.Stopped == CellStop.Timeout ? 1 : 0;
            raced.Stopped.ShouldBeOneOf(CellStop.None, CellStop.Timeout);
            if (next.Stdout != $"{i}\n" || next.Error is not null)
            {
                Assert.Fail($"cell {i}: {next}");
            }
        }

        TestContext.Out.WriteLine($"{stopped} of 5,000 were stopped");
    }

    [Test]
    public async Task ExecuteAsync_CancelsThatRaceWithTheEnd_NeverTouchTheNextCell()
    {
        EmbeddedRepl repl = await OpenAsync();
        Random random = new(2);
        int stopped = 0;
        CancellationTokenSource? current = null;
        bool done = false;
        Thread canceller = new(() =>
        {
            while (!Volatile.Read(ref done))
            {
                if (Interlocked.Exchange(ref current, null) is { } source)
                {
                    Thread.SpinWait(random.Next(1, 600));
                    source.Cancel();
                }
            }
        });
        canceller.Start();
        await RunAsync(repl, "n = 0");
        for (int i = 1; i <= 5_000; i++)
        {
            using CancellationTokenSource source = new();
            Volatile.Write(ref current, source);
            CellResult raced = await repl.ExecuteAsync(new Cell("m = 1"), source.Token);
            CellResult next = await repl.ExecuteAsync(new Cell("n += 1\nn"));
            SpinWait.SpinUntil(() => Volatile.Read(ref current) is null && source.IsCancellationRequested);

            stopped += raced.Stopped == CellStop.Cancelled ? 1 : 0;
            if (next.Stdout != $"{i}\n" || next.Error is not null)
            {
                Assert.Fail($"cell {i}: {next}");
            }
        }

        Volatile.Write(ref done, true);
        canceller.Join();
        TestContext.Out.WriteLine($"{stopped} of 5,000 were stopped");
    }

    private static TestCaseData Runaway(string name, string code) => new TestCaseData(code).SetArgDisplayNames(name);
}
