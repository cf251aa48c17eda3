using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplSubCallTests : ReplTest
{
    [TestCase("llm_query('p')", SubCallKind.Llm, null)]
    [TestCase("llm_query(prompt='p')", SubCallKind.Llm, null)]
    [TestCase("llm_query('p', 'm')", SubCallKind.Llm, "m")]
    [TestCase("llm_query('p', model='m')", SubCallKind.Llm, "m")]
    [TestCase("llm_query(model='m', prompt='p')", SubCallKind.Llm, "m")]
    [TestCase("llm_query('p', model=None)", SubCallKind.Llm, null)]
    [TestCase("rlm_query('p')", SubCallKind.Rlm, null)]
    [TestCase("rlm_query('p', model='m')", SubCallKind.Rlm, "m")]
    public async Task LlmQuery_EachForm_ReachesTheHandler(string code, SubCallKind kind, string? model)
    {
        SubCall? seen = null;
        EmbeddedRepl repl = await OpenAsync(With(call =>
        {
            seen = call;
            return "reply";
        }));

        CellResult result = await RunAsync(repl, code);

        result.Stdout.ShouldBe("'reply'\n");
        seen.ShouldBe(new SubCall(kind, "p", model));
    }

    [TestCase("llm_query()", "llm_query() missing required argument: 'prompt'")]
    [TestCase("llm_query(1, 2, {}, 4)", "llm_query() takes at most 3 arguments (4 given)")]
    [TestCase("llm_query('p', prompt='q')", "llm_query() got multiple values for argument 'prompt'")]
    [TestCase("llm_query('p', temperature=1)", "llm_query() got an unexpected keyword argument 'temperature'. It takes: prompt, model, schema")]
    [TestCase("llm_query('p', schema=[1])", "llm_query() argument 'schema' must be a dict that is a JSON schema, not list")]
    [TestCase("llm_query('p', schema={'enum': [print]})", "llm_query() argument 'schema': A builtin_function_or_method cannot be handed to the host. Give str, int, float, bool, None, bytes, list, tuple or dict; str() of it may do.")]
    [TestCase("llm_query_batched('p')", "llm_query_batched() needs a list of prompts, not one str")]
    [TestCase("llm_query_batched(5)", "'int' object is not iterable")]
    [TestCase("rlm_query_batched()", "rlm_query_batched() missing required argument: 'prompts'")]
    public async Task LlmQuery_WrongArguments_AreTypeErrors(string code, string message)
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => "reply"));

        CellResult result = await RunAsync(repl, code);

        result.Error!.Type.ShouldBe("TypeError");
        result.Error.Message.ShouldBe(message);
    }

    [Test]
    public async Task LlmQuery_NotText_IsAskedAsItsStr()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt));

        (await RunAsync(repl, "llm_query(42)")).Stdout.ShouldBe("'42'\n");
        (await RunAsync(repl, "class Bad:\n    def __str__(self): raise KeyError('no')\nllm_query(Bad())")).Error!.Type.ShouldBe("KeyError");
    }

    [Test]
    public async Task LlmQuery_AnyText_IsExactBothWays()
    {
        string expected = "";
        string seen = "";
        EmbeddedRepl repl = await OpenAsync(With(call =>
        {
            seen = call.Prompt;
            return call.Prompt;
        }));

        Prop.ForAll(AnyText.Strings(), text =>
        {
            expected = text;
            string source = string.Concat(AnyText.CodePoints(text).Select(point => $"\\U{point:x8}"));
            CellResult result = repl.ExecuteAsync(new Cell($"t = '{source}'\nr = llm_query(t)\nprint(r == t)\nFINAL(r)")).AsTask().WaitAsync(Guard).GetAwaiter().GetResult();
            return seen == expected && result.FinalAnswer == expected && result.Stdout == "True\n";
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Test]
    public async Task LlmQuery_HandlerThatAnswersLater_IsWaitedFor()
    {
        EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
        {
            await Task.Delay(20, token);
            return call.Prompt + "!";
        }));

        CellResult result = await RunAsync(repl, "print(llm_query('a'), llm_query('b'))");

        result.Stdout.ShouldBe("a! b!\n");
        result.SubCallTime.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(30));
        result.SubCallTime.ShouldBeLessThanOrEqualTo(result.Elapsed);
    }

    [Test]
    public async Task LlmQuery_HandlerThatThrows_IsAnErrorText()
    {
        EmbeddedRepl now = await OpenAsync(With((_, _) => throw new InvalidOperationException("boom")));
        EmbeddedRepl later = await OpenAsync(With(async (_, token) =>
        {
            await Task.Delay(5, token);
            throw new InvalidOperationException("boom");
        }));

        foreach (EmbeddedRepl repl in (EmbeddedRepl[])[now, later])
        {
            (await RunAsync(repl, "print(llm_query('a'))")).Stdout.ShouldBe("Error: boom\n");
            (await RunAsync(repl, "print(llm_query_batched(['a', 'b']))")).Stdout.ShouldBe("['Error: boom', 'Error: boom']\n");
        }
    }

    [Test]
    public async Task LlmQuery_HandlerThatGivesNull_IsAnErrorText()
    {
        EmbeddedRepl repl = await OpenAsync(With((_, _) => ValueTask.FromResult<string>(null!)));

        (await RunAsync(repl, "print(llm_query('a'))")).Stdout.ShouldStartWith("Error: ");
    }

    [Test]
    public async Task LlmQuery_NoHandler_IsAnErrorText() =>
        (await PrintedAsync("print(llm_query('a'), llm_query_batched(['b']))")).ShouldStartWith("Error: this session has no model to ask. ['Error: ");

    [Test]
    public async Task LlmQuery_HandlerThatCancels_EndsTheCell()
    {
        EmbeddedRepl now = await OpenAsync(With((_, _) => throw new OperationCanceledException()));
        EmbeddedRepl later = await OpenAsync(With(async (_, token) =>
        {
            await Task.Delay(5, token);
            throw new TaskCanceledException();
        }));

        foreach (EmbeddedRepl repl in (EmbeddedRepl[])[now, later])
        {
            CellResult result = await RunAsync(repl, "kept = 1\ntry:\n    llm_query('a')\nexcept Exception:\n    kept = 2\nkept = 3");

            result.Stopped.ShouldBe(CellStop.Cancelled);
            result.Error!.Type.ShouldBe("CancelledError");
            (await RunAsync(repl, "kept")).Stdout.ShouldBe("1\n");
        }
    }

    [Test]
    public async Task LlmQuery_HangingHandler_EndsWithTheToken([Values] bool listens)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedRepl repl = await OpenAsync(With(async (_, token) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, listens ? token : CancellationToken.None);
            return "";
        }));
        using CancellationTokenSource cancel = new();
        Task<CellResult> running = RunAsync(repl, "kept = 1\nllm_query('a')", token: cancel.Token);
        await asked.Task.WaitAsync(Guard);
        await cancel.CancelAsync();

        CellResult result = await running;

        result.Stopped.ShouldBe(CellStop.Cancelled);
        (await RunAsync(repl, "kept")).Stdout.ShouldBe("1\n");
    }

    [Test]
    public async Task LlmQuery_TimeInTheHandler_IsNotTheCells()
    {
        EmbeddedRepl repl = await OpenAsync(With(async (_, token) =>
        {
            await Task.Delay(600, token);
            return "ok";
        }));

        CellResult result = await RunAsync(repl, "print(llm_query('a'))\nprint(llm_query_batched(['b']))", TimeSpan.FromMilliseconds(400));

        result.Stopped.ShouldBe(CellStop.None);
        result.Stdout.ShouldBe("ok\n['ok']\n");
    }

    [Test]
    public async Task LlmQuery_AfterASubCall_TheClockGoesOn()
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => "ok"));

        CellResult result = await RunAsync(repl, "llm_query('a')\nwhile True: pass", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
    }

    [Test]
    public async Task LlmQueryBatched_Replies_KeepTheirOrder()
    {
        EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
        {
            await Task.Delay(int.Parse(call.Prompt) % 7, token);
            return call.Prompt;
        }));

        CellResult result = await RunAsync(repl, "llm_query_batched([str(i) for i in range(100)]) == [str(i) for i in range(100)]");

        result.Stdout.ShouldBe("True\n");
    }

    [TestCase("llm_query_batched([])", "[]\n")]
    [TestCase("llm_query_batched(('a', 'b'))", "['A', 'B']\n")]
    [TestCase("llm_query_batched(c for c in 'ab')", "['A', 'B']\n")]
    [TestCase("llm_query_batched(prompts=['a'], model='m')", "['A']\n")]
    [TestCase("llm_query_batched([1, None])", "['1', 'NONE']\n")]
    [TestCase("rlm_query_batched({'a': 1})", "['A']\n")]
    public async Task LlmQueryBatched_AnyIterable_IsAList(string code, string expected)
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt.ToUpperInvariant()));

        (await RunAsync(repl, code)).Stdout.ShouldBe(expected);
    }

    [Test]
    public async Task LlmQuery_Awaited_IsTheText()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt + "!"));

        CellResult result = await RunAsync(repl, """
            import asyncio
            a = await llm_query('a')
            b, c = await asyncio.gather(asyncio.sleep(0, llm_query('b')), asyncio.sleep(0, 'c'))
            many = await llm_query_batched(['d', 'e'])
            async def ask(p): return await llm_query(p)
            more = await asyncio.gather(*(ask(p) for p in 'fg'))
            print(a, b, c, many, more, type(a).__name__)
            """);

        result.Error.ShouldBeNull();
        result.Stdout.ShouldBe("a! b! c ['d!', 'e!'] ['f!', 'g!'] str\n");
    }

    [Test]
    public async Task LlmQuery_NotAwaitedInACellThatAwaits_IsStillText()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt + "!"));

        CellResult result = await RunAsync(repl, "a = llm_query('a')\nb = await llm_query('b')\nprint(a + b, a.upper(), isinstance(a, str), f'{a}', ''.join([a, b]))");

        result.Stdout.ShouldBe("a!b! A! True a! a!b!\n");
    }

    [Test]
    public async Task LlmQuery_InThreads_Works()
    {
        EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
        {
            await Task.Delay(10, token);
            return call.Prompt + "!";
        }) with
        { Profile = Sandbox.SandboxProfile.Trusted });

        CellResult result = await RunAsync(repl, """
            import asyncio
            from concurrent.futures import ThreadPoolExecutor
            print(await asyncio.gather(*(asyncio.to_thread(llm_query, p) for p in 'abc')))
            with ThreadPoolExecutor(4) as pool: print(list(pool.map(llm_query, 'def')))
            """);

        result.Error.ShouldBeNull(result.Error?.Traceback);
        result.Stdout.ShouldBe("['a!', 'b!', 'c!']\n['d!', 'e!', 'f!']\n");
    }

    [Test]
    public async Task LlmQuery_InThreads_LeavesTheClockRunning()
    {
        EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
        {
            await Task.Delay(10, token);
            return call.Prompt;
        }) with
        { Profile = Sandbox.SandboxProfile.Trusted });

        CellResult result = await RunAsync(
            repl,
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as pool: list(pool.map(llm_query, 'abcdefgh'))\nwhile True: pass",
            TimeSpan.FromSeconds(1));

        result.Stopped.ShouldBe(CellStop.Timeout);
    }

    [Test]
    public async Task LlmQuery_FromAHelperAndACallback_Works()
    {
        ConcurrentQueue<string> asked = [];
        EmbeddedRepl repl = await OpenAsync(With(call =>
        {
            asked.Enqueue(call.Prompt);
            return call.Prompt.Length.ToString();
        }));

        CellResult result = await RunAsync(repl, "print(list(map(llm_query, ['a', 'bb'])), sorted(['ccc', 'd'], key=llm_query))");

        result.Stdout.ShouldBe("['1', '2'] ['d', 'ccc']\n");
        asked.ShouldBe(["a", "bb", "ccc", "d"]);
    }

    [Test]
    public async Task LlmQuery_HandlerThatUsesAnotherSession_Works()
    {
        EmbeddedRepl child = await OpenAsync();
        EmbeddedRepl parent = await OpenAsync(With(async (call, token) => (await child.ExecuteAsync(new Cell(call.Prompt), token)).Stdout));

        CellResult result = await RunAsync(parent, "print('before')\nprint(rlm_query('print(\"child\")'), end='')\nprint('after')");

        result.Stdout.ShouldBe("before\nchild\nafter\n");
    }
}
