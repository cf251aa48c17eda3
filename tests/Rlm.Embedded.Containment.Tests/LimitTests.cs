namespace Rlm.Embedded.Containment.Tests;

/// <summary>One canary a limit: fails when the limit silently stops working.</summary>
public sealed class LimitTests
{
    [TestCase("while True: pass", "timeout")]
    [TestCase("l = []\nwhile True: l.append('x' * 100000)", "memory")]
    [TestCase("while True: print('x' * 1000)", "output")]
    public async Task Limit_IsMet_StopsTheCellAndTheNextOneWorks(string code, string stopped)
    {
        // The other limits are too far away to be met first.
        using Child child = Child.OfTool("--memory", "64", "--max-output", "1000");

        Answer answer = await child.AskAsync("s", code, stopped == "timeout" ? 0.5 : 40);
        Answer next = await child.AskAsync("s", "l = None\n6 * 7");

        answer.Stopped.ShouldBe(stopped, answer.ToString());
        next.Stdout.ShouldBe("42\n", next.ToString());
    }

    [TestCase("deque")]
    [TestCase("classes")]
    [TestCase("stringio")]
    [TestCase("array-nested")]
    [TestCase("swallow-memoryerror")]
    [TestCase("zlib-bomb")]
    public async Task Memory_AProgramThatFillsIt_KeepsTheProcessNearItsQuota(string name)
    {
        const long Quota = 256;
        using Child child = Child.OfTool("--memory", $"{Quota}");
        await child.AskAsync("s", "x = 1");
        long idle = child.PeakMebibytes;

        foreach (string cell in Case.All.Single(one => one.Class == "memory" && one.Name == name).Cells)
        {
            await child.AskAsync("s", cell, 2);
        }

        (child.PeakMebibytes - idle).ShouldBeInRange(Quota / 4, Quota * 13 / 10);
        (await child.AskWhenFreeAsync("s", "6 * 7")).Stdout.ShouldBe("42\n");
    }

    [TestCase("FINAL(['x' * 1000] * 150000)", "ValueError")]
    [TestCase("answer['content'] = ['y' * 10000] * 20000\nanswer['ready'] = True", "ValueError")]
    [TestCase("raise type('n' * 50_000_000, (Exception,), {})('x')", null)]
    public async Task Memory_TextForTheHost_IsBoundedBeforeItIsMade(string code, string? type)
    {
        const long Quota = 256;
        using Child child = Child.OfTool("--memory", $"{Quota}");
        await child.AskAsync("s", "x = 1");
        long idle = child.PeakMebibytes;

        Answer answer = await child.AskAsync("s", code, 2);

        answer.ErrorType.ShouldBe(type ?? answer.ErrorType, answer.ToString());
        answer.ErrorType!.Length.ShouldBeLessThan(2000);
        (child.PeakMebibytes - idle).ShouldBeLessThan(Quota * 13 / 10);
    }

    /// <summary>CPython 3.12 and 3.13 give a code object back twice where its function cannot be allocated.</summary>
    [Test]
    public async Task Memory_FunctionsThatFillIt_LeaveRoomForTheNextCell()
    {
        const string fill = """
            def fill():
                t = ()
                try:
                    while True: t = (t, lambda: t)
                except MemoryError: pass
            for _ in range(20): fill()
            """;
        const string fillAndMake = """
            def fill():
                full, made = [], []
                try:
                    while True: full.append((len(full), [len(full)]))
                except MemoryError: pass
                for _ in range(2000):
                    try:
                        def f(a, b=1, *c): return lambda: a
                        made += [f, f(1), lambda: 1]
                    except MemoryError: pass
            for _ in range(20): fill()
            """;
        using Child child = Child.OfTool("--memory", "32");

        for (int i = 0; i < 6; i++)
        {
            await child.AskAsync("s", fill, 20);
            await child.AskAsync("s", fillAndMake, 20);
            Answer next = await child.AskAsync("s", "[f() for f in [(lambda i=i: i) for i in range(1000)]][-1]", 20);

            next.Stdout.ShouldBe("999\n", next.ToString());
        }
    }

    [Test]
    public async Task Source_OverTheLimit_IsNotRun()
    {
        using Child child = Child.OfTool();

        Answer within = await child.AskAsync("s", "print('ran')\n" + new string('#', 900_000));
        Answer over = await child.AskAsync("s", "print('ran')\n" + new string('#', 1_100_000));

        within.Stdout.ShouldBe("ran\n", within.ToString());
        over.ErrorType.ShouldBe("SyntaxError", over.ToString());
        over.Stdout.ShouldBeEmpty();
    }

    [Test]
    public async Task Trusted_Control_Leaks()
    {
        // Shows that the canaries can be seen at all.
        using Secrets secrets = new();
        using Child child = Child.OfTool("--profile", "trusted");

        Answer file = await child.AskAsync("s", secrets.Fill("print(open('@FILE@').read())"));
        Answer variable = await child.AskAsync("s", "import os\nprint(os.environ['RLM_SECRET'])");

        secrets.Leak(file.Line).ShouldNotBeNull();
        secrets.Leak(variable.Line).ShouldNotBeNull();
    }
}
