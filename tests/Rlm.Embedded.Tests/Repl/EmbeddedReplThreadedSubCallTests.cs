using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>Sub-calls that a restricted session makes from pools, threads and <c>asyncio.to_thread</c>: they go out together.</summary>
public sealed class EmbeddedReplThreadedSubCallTests : ReplTest
{
    private const string Ask = "def ask(i):\n    reply = llm_query(f'q{i}').strip()\n    return reply.upper()\n";
    private const string Pool = "from concurrent.futures import ThreadPoolExecutor, as_completed, wait\nimport functools, threading, asyncio, queue\n";

    [TestCase("with ThreadPoolExecutor(8) as p: print(list(p.map(llm_query, ['q0', 'q1', 'q2'])))", "['a-q0', 'a-q1', 'a-q2']", TestName = "Pool_MapOfLlmQuery")]
    [TestCase("with ThreadPoolExecutor(8) as p: print([f.result() for f in [p.submit(llm_query, f'q{i}') for i in range(3)]])", "['a-q0', 'a-q1', 'a-q2']", TestName = "Pool_SubmitOfLlmQuery")]
    [TestCase("with ThreadPoolExecutor() as p: print([f.result() for f in [p.submit(functools.partial(llm_query, f'q{i}')) for i in range(3)]])", "['a-q0', 'a-q1', 'a-q2']", TestName = "Pool_Partial")]
    [TestCase(Ask + "with ThreadPoolExecutor() as p: print(list(p.map(ask, range(3))))", "['A-Q0', 'A-Q1', 'A-Q2']", TestName = "Pool_Function")]
    [TestCase("with ThreadPoolExecutor() as p: print(list(p.map(lambda i: llm_query(f'q{i}') + '!', range(3))))", "['a-q0!', 'a-q1!', 'a-q2!']", TestName = "Pool_Lambda")]
    [TestCase(Ask + "def outer(i):\n    return ask(i) + '.'\nwith ThreadPoolExecutor() as p: print(list(p.map(outer, range(3))))", "['A-Q0.', 'A-Q1.', 'A-Q2.']", TestName = "Pool_FunctionThatCallsOne")]
    [TestCase(Ask + "with ThreadPoolExecutor() as p:\n    fs = {p.submit(ask, i): i for i in range(3)}\n    print(sorted((fs[f], f.result()) for f in as_completed(fs)))", "[(0, 'A-Q0'), (1, 'A-Q1'), (2, 'A-Q2')]", TestName = "Pool_AsCompleted")]
    [TestCase(Ask + "p = ThreadPoolExecutor()\nfs = [p.submit(ask, i) for i in range(3)]\nprint(len(wait(fs).done), [f.result() for f in fs])", "3 ['A-Q0', 'A-Q1', 'A-Q2']", TestName = "Pool_Wait")]
    [TestCase("class A:\n    def __init__(self, n): self.n = n\n    def ask(self, i): return self.n + llm_query(f'q{i}')\nwith ThreadPoolExecutor() as p: print(list(p.map(A('x').ask, range(3))))", "['xa-q0', 'xa-q1', 'xa-q2']", TestName = "Pool_BoundMethod")]
    [TestCase("def make(tail):\n    def ask(i, *, more='?'): return llm_query(f'q{i}') + tail + more\n    return ask\nwith ThreadPoolExecutor() as p: print(list(p.map(make('!'), range(3))))", "['a-q0!?', 'a-q1!?', 'a-q2!?']", TestName = "Pool_Closure")]
    [TestCase("def logged(f):\n    @functools.wraps(f)\n    def w(*a): return '<' + f(*a) + '>'\n    return w\n@logged\ndef ask(i): return llm_query(f'q{i}')\nwith ThreadPoolExecutor() as p: print(list(p.map(ask, range(3))))", "['<a-q0>', '<a-q1>', '<a-q2>']", TestName = "Pool_Decorated")]
    [TestCase(Ask + "out = {}\ndef work(i): out[i] = ask(i)\nts = [threading.Thread(target=work, args=(i,)) for i in range(3)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint(out)", "{0: 'A-Q0', 1: 'A-Q1', 2: 'A-Q2'}", TestName = "Threads")]
    [TestCase("class T(threading.Thread):\n    def __init__(self, i): super().__init__(); self.i = i\n    def run(self): self.reply = llm_query(f'q{self.i}')\nts = [T(i) for i in range(3)]\nfor t in ts: t.start()\nfor t in ts: t.join()\nprint([t.reply for t in ts])", "['a-q0', 'a-q1', 'a-q2']", TestName = "Threads_Subclass")]
    [TestCase("out = []\nlock = threading.Lock()\ndef work(i):\n    r = llm_query(f'q{i}')\n    with lock: out.append(r)\nts = [threading.Thread(target=work, args=(i,)) for i in range(3)]\n[t.start() for t in ts]\n[t.join() for t in ts]\nprint(sorted(out))", "['a-q0', 'a-q1', 'a-q2']", TestName = "Threads_WithLock")]
    [TestCase("async def main(): return await asyncio.gather(*[asyncio.to_thread(llm_query, f'q{i}') for i in range(3)])\nprint(await main())", "['a-q0', 'a-q1', 'a-q2']", TestName = "ToThread_OfLlmQuery")]
    [TestCase(Ask + "async def main(): return await asyncio.gather(*[asyncio.to_thread(ask, i) for i in range(3)])\nprint(asyncio.run(main()))", "['A-Q0', 'A-Q1', 'A-Q2']", TestName = "ToThread_Function")]
    [TestCase(Ask + "async def main():\n    loop = asyncio.get_event_loop()\n    return await asyncio.gather(*[loop.run_in_executor(None, ask, i) for i in range(3)])\nprint(await main())", "['A-Q0', 'A-Q1', 'A-Q2']", TestName = "RunInExecutor")]
    [TestCase(Ask + "async def main():\n    loop = asyncio.get_running_loop()\n    with ThreadPoolExecutor() as p:\n        return await asyncio.gather(*[loop.run_in_executor(p, ask, i) for i in range(3)])\nprint(await main())", "['A-Q0', 'A-Q1', 'A-Q2']", TestName = "RunInExecutor_Pool")]
    [TestCase("def ask(i): return llm_query(prompt=f'q{i}', model='m')\nwith ThreadPoolExecutor() as p: print(list(p.map(ask, range(3))))", "['a-q0', 'a-q1', 'a-q2']", TestName = "Pool_NamedArguments")]
    [TestCase("def ask(i): return llm_query_batched([f'q{i}'])[0]\nwith ThreadPoolExecutor() as p: print(list(p.map(ask, range(3))))", "['a-q0', 'a-q1', 'a-q2']", TestName = "Pool_OfBatches")]
    public async Task SubCalls_OfThreads_GoOutTogether(string code, string printed)
    {
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int inFlight = 0;
        EmbeddedRepl repl = await OpenAsync(With(async (call, token) =>
        {
            if (Interlocked.Increment(ref inFlight) == 3)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(Guard, token);
            return "a-" + call.Prompt;
        }));

        CellResult result = await RunAsync(repl, Pool + code);

        result.Error.ShouldBeNull(result.Error?.Traceback);
        result.Stderr.ShouldBe("");
        result.Stdout.ShouldBe(printed + "\n");
    }

    [Test]
    public async Task SubCalls_OfAPoolWithWorkers_AreAtMostSoMany()
    {
        int inFlight = 0;
        int most = 0;
        EmbeddedRepl repl = await OpenAsync(With(async (call, _) =>
        {
            int now = Interlocked.Increment(ref inFlight);
            most = Math.Max(most, now);
            await Task.Yield();
            Interlocked.Decrement(ref inFlight);
            return call.Prompt;
        }));

        CellResult result = await RunAsync(repl, Pool + "with ThreadPoolExecutor(max_workers=2) as p: print(list(p.map(llm_query, 'abcde')))");

        result.Stdout.ShouldBe("['a', 'b', 'c', 'd', 'e']\n");
        most.ShouldBeLessThanOrEqualTo(2);
    }

    [TestCase("def f(i):\n    seen.append(('in', i))\n    r = llm_query(str(i))\n    seen.append(('out', i, r))\n    return r\nseen = []\nwith ThreadPoolExecutor() as p: list(p.map(f, range(2)))\nprint(seen)", "[('in', 0), ('in', 1), ('out', 0, '0'), ('out', 1, '1')]", TestName = "EachStepIsDoneOnce")]
    [TestCase("def f(i):\n    a = llm_query('x')\n    b = llm_query(a + 'y')\n    return b\nwith ThreadPoolExecutor() as p: print(list(p.map(f, range(2))))", "['xy', 'xy']", TestName = "TwoCallsOneAfterTheOther")]
    [TestCase("def f(i):\n    try:\n        llm_query('x')\n        raise ValueError(i)\n    except ValueError as e:\n        return f'caught {e}'\n    finally:\n        done.append(i)\ndone = []\nwith ThreadPoolExecutor() as p: print(list(p.map(f, range(2))), done)", "['caught 0', 'caught 1'] [0, 1]", TestName = "TryAndFinally")]
    [TestCase("def f(i):\n    llm_query('x')\n    return 1 / i\nwith ThreadPoolExecutor() as p: fs = [p.submit(f, i) for i in range(2)]\nprint(type(fs[0].exception()).__name__, fs[1].result())", "ZeroDivisionError 1.0", TestName = "ErrorsAreTheFutures")]
    [TestCase("def f(i):\n    llm_query('x')\n    return next(iter([]))\nwith ThreadPoolExecutor() as p: x = p.submit(f, 1)\nprint(type(x.exception()).__name__)", "StopIteration", TestName = "StopIterationStaysOne")]
    [TestCase("def f(n): return 'end' if n == 0 else llm_query(str(n)) + f(n - 1)\nwith ThreadPoolExecutor() as p: print(list(p.map(f, [1, 2])))", "['1end', '21end']", TestName = "Recursion")]
    [TestCase("def f(n): return llm_query('x') + f(n)\nwith ThreadPoolExecutor() as p: x = p.submit(f, 1)\nprint(type(x.exception()).__name__)", "RecursionError", TestName = "EndlessRecursion")]
    [TestCase("sem = threading.Semaphore(2)\ndef f(i):\n    with sem: return llm_query(str(i))\nwith ThreadPoolExecutor() as p: print(list(p.map(f, range(5))))", "['0', '1', '2', '3', '4']", TestName = "Semaphore")]
    [TestCase("q = queue.Queue()\nfor i in range(4): q.put(i)\nout = []\ndef w():\n    while not q.empty():\n        i = q.get(); out.append(llm_query(str(i))); q.task_done()\nts = [threading.Thread(target=w, daemon=True) for _ in range(2)]\nfor t in ts: t.start()\nq.join()\nprint(sorted(out))", "['0', '1', '2', '3']", TestName = "WorkersOfAQueue")]
    [TestCase("def f(xs): return [llm_query(x) for x in xs]\nwith ThreadPoolExecutor() as p: print(list(p.map(f, [['a', 'b'], ['c']])))", "[['a', 'b'], ['c']]", TestName = "InAComprehension")]
    [TestCase("def llm(p): return llm_query(p)\nllm_query_2 = llm\ndef f(i): return llm_query_2(str(i))\nwith ThreadPoolExecutor() as p: print(list(p.map(f, range(2))))", "['0', '1']", TestName = "ByAnotherName")]
    [TestCase("def f(i, /, a=1, *rest, b=2, **kw): return llm_query(f'{i}{a}{rest}{b}{kw}')\nwith ThreadPoolExecutor() as p: print(p.submit(f, 0, 5, 6, b=7, c=8).result())", "05(6,)7{'c': 8}", TestName = "AllKindsOfParameters")]
    [TestCase("x = 0\ndef f(i):\n    global x\n    n = len(llm_query('ab'))\n    x += n\nwith ThreadPoolExecutor() as p: list(p.map(f, range(3)))\nprint(x)", "6", TestName = "Globals")]
    [TestCase("def outer():\n    n = 0\n    def f(i):\n        nonlocal n\n        r = llm_query('a')\n        n += len(r)\n    with ThreadPoolExecutor() as p: list(p.map(f, range(3)))\n    return n\nprint(outer())", "3", TestName = "Nonlocal")]
    [TestCase("async def ask(i): return await asyncio.to_thread(llm_query, str(i))\nasync def main():\n    sem = asyncio.Semaphore(2)\n    async def one(i):\n        async with sem: return await ask(i)\n    return await asyncio.gather(*[one(i) for i in range(5)])\nprint(await main())", "['0', '1', '2', '3', '4']", TestName = "AsyncSemaphore")]
    [TestCase("async def main():\n    async with asyncio.timeout(5) if hasattr(asyncio, 'timeout') else asyncio.Lock():\n        return await asyncio.wait_for(asyncio.to_thread(llm_query, 'z'), 5)\nprint(await main())", "z", TestName = "WaitFor")]
    [TestCase("def bad(i):\n    llm_query('x')\n    raise KeyError(i)\nasync def main():\n    return await asyncio.gather(*[asyncio.to_thread(bad, i) for i in range(2)], return_exceptions=True)\nprint(await main())", "[KeyError(0), KeyError(1)]", TestName = "AsyncErrors")]
    [TestCase("with ThreadPoolExecutor() as p: f = p.submit(llm_query, 3)\nprint(f.result())\nwith ThreadPoolExecutor() as p: f = p.submit(llm_query, 'a', wrong=1)\nprint(type(f.exception()).__name__)", "3\nTypeError", TestName = "OddArguments")]
    public async Task Function_OnAThread_DoesWhatItDoesInStockPython(string code, string printed)
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt));

        CellResult result = await RunAsync(repl, Pool + code);

        result.Error.ShouldBeNull(result.Error?.Traceback);
        result.Stderr.ShouldBe("");
        result.Stdout.ShouldBe(printed + "\n");
    }

    [Test]
    public async Task Cell_ThatIsCancelledWhileItsPoolWaits_EndsAndTheSessionGoesOn()
    {
        using CancellationTokenSource cancel = new();
        EmbeddedRepl repl = await OpenAsync(With(async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return "";
        }));

        CellResult result = await RunAsync(repl, Pool + "with ThreadPoolExecutor() as p: print(list(p.map(llm_query, 'abc')))", token: cancel.Token);
        CellResult next = await RunAsync(repl, "print(1)");

        result.Stopped.ShouldBe(CellStop.Cancelled);
        next.Stdout.ShouldBe("1\n");
    }
}
