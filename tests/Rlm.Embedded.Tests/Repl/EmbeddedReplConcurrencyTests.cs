using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplConcurrencyTests : ReplTest
{
    private const int Sessions = 32;

    [Test]
    public async Task ExecuteAsync_ManySessionsAtOnce_NeverMix()
    {
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => Task.Run(async () =>
        {
            EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
            {
                await Task.Yield();
                return $"{session}:{call.Prompt}";
            }) with
            { Context = RlmContext.FromText($"context of {session}") });
            await RunAsync(repl, $"import sys\nme = {session}\nclass C: tag = me\ndef out(i):\n    print(me, i, C.tag, context)\n    print('e', me, file=sys.stderr)");
            for (int i = 0; i < 20; i++)
            {
                CellResult result = await RunAsync(repl, $"for j in range(5): out({i})\nprint(llm_query('{i}'))\nx{i} = me\nme");

                string line = $"{session} {i} {session} context of {session}\n";
                result.Stdout.ShouldBe(string.Concat(Enumerable.Repeat(line, 5)) + $"{session}:{i}\n{session}\n");
                result.Stderr.ShouldBe(string.Concat(Enumerable.Repeat($"e {session}\n", 5)));
                result.NewVariables.ShouldContain(new ReplVariable($"x{i}", "int"));
            }

            (await RunAsync(repl, "FINAL(me)")).FinalAnswer.ShouldBe($"{session}");
        }))).WaitAsync(Guard);
    }

    [Test]
    public async Task ExecuteAsync_HandlersThatBlockTillAllAreCalled_AllAnswer()
    {
        using Barrier all = new(Sessions);
        EmbeddedRepl[] repls = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(_ => OpenAsync(With(call =>
        {
            all.SignalAndWait(Guard).ShouldBeTrue();
            return call.Prompt;
        }))));

        CellResult[] results = await Task.WhenAll(repls.Select((repl, session) => RunAsync(repl, $"llm_query('{session}')")));

        results.Select(result => result.Stdout).ShouldBe(Enumerable.Range(0, Sessions).Select(session => $"'{session}'\n"));
    }

    [Test]
    public async Task Stopped_SomeOfManySessions_OnlyThoseAreStopped()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(session => Task.Run(async () =>
        {
            EmbeddedRepl repl = await OpenAsync();
            bool runsAway = session % 4 == 0;
            bool cancelled = session % 4 == 1;
            using CancellationTokenSource cancel = new();
            if (cancelled)
            {
                cancel.CancelAfter(Short);
            }

            CellResult result = await RunAsync(
                repl,
                $"me = {session}\n" + (runsAway || cancelled ? "while True: pass" : "x = sum(i for i in range(200_000))\nprint(x)"),
                runsAway ? Short : null,
                cancel.Token);

            result.Stopped.ShouldBe(runsAway ? CellStop.Timeout : cancelled ? CellStop.Cancelled : CellStop.None);
            result.Stdout.ShouldBe(runsAway || cancelled ? "" : "19999900000\n");
            (await RunAsync(repl, "me")).Stdout.ShouldBe($"{session}\n");
        }))).WaitAsync(Guard);
    }

    [Test]
    public async Task ExecuteAsync_TwoCellsAtOnceInOneSession_SecondIsRefused()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedRepl repl = await OpenAsync(With((_, _) =>
        {
            asked.SetResult();
            return new ValueTask<string>(answer.Task);
        }));
        Task<CellResult> running = RunAsync(repl, "print(llm_query('a'))");
        await asked.Task.WaitAsync(Guard);

        (await Should.ThrowAsync<InvalidOperationException>(() => RunAsync(repl, "1"))).Message.ShouldContain("one cell at a time");
        await Should.ThrowAsync<InvalidOperationException>(() => repl.RenderVariableAsync("x").AsTask());
        answer.SetResult("done");

        (await running).Stdout.ShouldBe("done\n");
        (await RunAsync(repl, "1")).Stdout.ShouldBe("1\n");
    }

    [Test]
    [Ignore("sys.stdout is one per interpreter: a redirection in one session takes the output of the others")]
    public async Task Stdout_AnotherSessionRedirects_IsNotTaken()
    {
        EmbeddedRepl other = await OpenAsync();
        string printed = "";
        EmbeddedRepl repl = await OpenAsync(With(async (_, _) =>
        {
            printed = (await RunAsync(other, "print('other')")).Stdout;
            return "";
        }));

        CellResult result = await RunAsync(repl, "import io, contextlib\nf = io.StringIO()\nwith contextlib.redirect_stdout(f):\n    print('own')\n    llm_query('')\nFINAL(f.getvalue())");

        printed.ShouldBe("other\n");
        result.FinalAnswer.ShouldBe("own\n");
    }
}
