using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplLanguageTests : ReplTest
{
    private static readonly TestCaseData[] s_programs =
    [
        Program("classes", """
            class A:
                count = 0
                def __init__(self, x): self.x = x; A.count += 1
                @property
                def double(self): return self.x * 2
                @staticmethod
                def s(): return 's'
                @classmethod
                def c(cls): return cls.__name__
            class B(A):
                def __init__(self): super().__init__(4)
            print(B().double, A.s(), B.c(), A.count)
            """, "8 s B 1\n"),
        Program("closures", """
            def counter():
                n = 0
                def step():
                    nonlocal n
                    n += 1
                    return n
                return step
            c = counter()
            c(); print(c())
            """, "2\n"),
        Program("generators", """
            def g():
                got = yield 1
                yield got
            it = g()
            print(next(it), it.send('x'), list(i * i for i in range(4)))
            """, "1 x [0, 1, 4, 9]\n"),
        Program("decorators", """
            import functools
            def twice(f):
                @functools.wraps(f)
                def inner(*a, **k): return f(*a, **k) * 2
                return inner
            @twice
            def add(a, b=1): return a + b
            print(add(1), add.__name__)
            """, "4 add\n"),
        Program("comprehensions see globals", """
            k = 3
            print([i * k for i in range(3)], {i: k for i in 'ab'}, {k for _ in range(2)})
            print([[j for j in range(i)] for i in range(3)])
            """, "[0, 3, 6] {'a': 3, 'b': 3} {3}\n[[], [0], [0, 1]]\n"),
        Program("functions see later globals", """
            def f(): return later
            later = 1
            print(f())
            later = 2
            print(f())
            """, "1\n2\n"),
        Program("global statement", """
            total = 0
            def add(n):
                global total, fresh
                total += n
                fresh = n
            add(2); add(3)
            print(total, fresh)
            """, "5 3\n"),
        Program("recursion", """
            def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
            print(fib(15))
            """, "610\n"),
        Program("dataclasses", """
            from dataclasses import dataclass, field
            @dataclass(order=True)
            class P:
                x: int
                y: list = field(default_factory=list)
            print(P(1), P(1) < P(2))
            """, "P(x=1, y=[]) True\n"),
        Program("named tuples and enums", """
            from collections import namedtuple
            from typing import NamedTuple
            from enum import Enum
            P = namedtuple('P', 'x y')
            class Q(NamedTuple):
                a: int = 1
            class C(Enum):
                RED = 1
            print(P(1, 2), Q(), C.RED)
            """, "P(x=1, y=2) Q(a=1) C.RED\n"),
        Program("match", """
            def kind(v):
                match v:
                    case {'a': x}: return f'dict {x}'
                    case [first, *_]: return f'list {first}'
                    case str() as s: return f'str {s}'
                    case _: return 'other'
            print(kind({'a': 1}), kind([2, 3]), kind('s'), kind(4))
            """, "dict 1 list 2 str s other\n"),
        Program("context managers", """
            from contextlib import contextmanager
            @contextmanager
            def tag(n):
                print('<' + n)
                yield n
                print('>' + n)
            with tag('a') as a, tag('b'): print(a)
            """, "<a\n<b\na\n>b\n>a\n"),
        Program("walrus and star", """
            if (n := len('abc')) > 2: print(n)
            first, *rest = range(4)
            print(first, rest, {**{'a': 1}, 'b': 2})
            """, "3\n0 [1, 2, 3] {'a': 1, 'b': 2}\n"),
        Program("try and finally", """
            def f():
                try: return 'try'
                finally: print('finally')
            print(f())
            try: 1 / 0
            except ZeroDivisionError as e: print('caught', e)
            else: print('no')
            """, "finally\ntry\ncaught division by zero\n"),
        Program("main guard", "if __name__ == '__main__': print('main')", "main\n"),
        Program("modules models use", """
            import re, json, math, random, collections, itertools, datetime, statistics, string, textwrap, csv, io, hashlib, html, base64
            import urllib.parse, difflib, typing, enum, functools, operator, unicodedata, zlib, time, heapq, bisect, copy, decimal, fractions
            import xml.etree.ElementTree as ET
            print(re.findall(r'\d+', 'a1b22'), json.loads('{"a": [1.5]}'), math.sqrt(4), collections.Counter('aab').most_common(1))
            print(ET.fromstring('<a><b>t</b></a>').find('b').text, next(csv.reader(io.StringIO('a,"b,c"'))), statistics.mean([1, 2]))
            """, "['1', '22'] {'a': [1.5]} 2.0 [('a', 2)]\nt ['a', 'b,c'] 1.5\n"),
        Program("await of a sub-call", "r = await llm_query('x')\nprint(r)", "Error: this session has no model to ask.\n"),
        Program("await of a coroutine", """
            async def f(n):
                return n * 2
            print(await f(2))
            """, "4\n"),
        Program("await as the last expression", "async def f(): return 5\nawait f()", "5\n"),
        Program("asyncio.gather", """
            import asyncio
            async def f(n):
                await asyncio.sleep(0.001 * (3 - n))
                return n
            print(await asyncio.gather(*(f(i) for i in range(3))))
            """, "[0, 1, 2]\n"),
        Program("asyncio tasks", """
            import asyncio
            async def put(q):
                for i in range(3):
                    await q.put(i)
            q = asyncio.Queue()
            t = asyncio.create_task(put(q))
            print([await q.get() for _ in range(3)], t.done())
            await t
            """, "[0, 1, 2] True\n"),
        Program("asyncio.wait_for", """
            import asyncio
            try:
                await asyncio.wait_for(asyncio.Event().wait(), 0.01)
            except asyncio.TimeoutError:
                print('timeout')
            """, "timeout\n"),
        Program("async for and async with", """
            class R:
                async def __aenter__(self): return self
                async def __aexit__(self, *a): print('closed')
                async def __aiter__(self):
                    for i in range(2): yield i
            async with R() as r:
                async for i in r: print(i)
            """, "0\n1\nclosed\n"),
        Program("pickling by hand of odd names", "\u00e9t\u00e9 = 1\nprint(\u00e9t\u00e9)", "1\n"),
        Program("no trailing newline after a comment", "print(1) # done", "1\n"),
        Program("form feed and tabs", "if True:\n\tprint(1)\n\f\nprint(2)", "1\n2\n"),
        Program("empty", "", ""),
        Program("only a comment", "# nothing", ""),
    ];

    [TestCaseSource(nameof(s_programs))]
    public async Task ExecuteAsync_Program_RunsAsInCPython(string code, string expected) => (await PrintedAsync(code)).ShouldBe(expected);

    [Test]
    public async Task ExecuteAsync_FunctionsOfEarlierCells_SeeLaterGlobals()
    {
        await PrintedAsync("def f(): return rate * 2\nrate = 1");
        await PrintedAsync("rate = 21");

        (await PrintedAsync("f()")).ShouldBe("42\n");
    }

    [Test]
    public async Task ExecuteAsync_GeneratorOfAnEarlierCell_GoesOn()
    {
        await PrintedAsync("def g():\n    for i in range(9): yield i\nit = g()\nnext(it)");

        (await PrintedAsync("next(it)")).ShouldBe("1\n");
    }

    [Test]
    public async Task ExecuteAsync_CoroutineFunctionOfAnEarlierCell_IsAwaited()
    {
        await PrintedAsync("import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n");

        (await PrintedAsync("print(await asyncio.gather(f(1), f(2)))")).ShouldBe("[1, 2]\n");
    }

    [Test]
    public async Task Variables_AfterAnException_AreKept()
    {
        CellResult result = await RunAsync("a = 1\nb = [2]\n1 / 0\nc = 3");

        result.Error!.Type.ShouldBe("ZeroDivisionError");
        result.Variables.ShouldBe([new ReplVariable("a", "int"), new ReplVariable("b", "list") { Length = 1 }]);
        (await PrintedAsync("print(a, b, 'c' in globals())")).ShouldBe("1 [2] False\n");
    }

    [Test]
    public async Task NewVariables_EachCell_AreThoseItMade()
    {
        CellResult first = await RunAsync("a = 1\ndef f(): pass\nclass C: pass\nimport math");
        CellResult second = await RunAsync("a = 2\nb = ''");
        CellResult third = await RunAsync("del a\nb = 1");

        first.NewVariables.ShouldBe([new("a", "int"), new("f", "function"), new("C", "type"), new("math", "module")]);
        second.NewVariables.ShouldBe([new ReplVariable("b", "str") { Length = 0 }]);
        second.Variables.Count.ShouldBe(5);
        third.NewVariables.ShouldBeEmpty();
        third.Variables.ShouldContain(new ReplVariable("b", "int"));
        third.Variables.ShouldNotContain(variable => variable.Name == "a");
    }

    [Test]
    public async Task NewVariables_AfterShowVarsInTheSameCell_AreStillNew()
    {
        CellResult result = await RunAsync("a = 1\nprint(SHOW_VARS())\nb = 2");

        result.Stdout.ShouldContain("a: int");
        result.NewVariables.ShouldBe([new ReplVariable("a", "int"), new ReplVariable("b", "int")]);
    }

    [Test]
    public async Task Variables_Scaffold_IsNotListed()
    {
        CellResult result = await RunAsync("x = 1\n'shown'");

        result.Variables.ShouldBe([new ReplVariable("x", "int")]);
    }

    [TestCase("llm_query")]
    [TestCase("llm_query_batched")]
    [TestCase("rlm_query")]
    [TestCase("rlm_query_batched")]
    [TestCase("FINAL")]
    [TestCase("FINAL_VAR")]
    [TestCase("SHOW_VARS")]
    [TestCase("context")]
    public async Task ExecuteAsync_ScaffoldNameOverwritten_IsRestored(string name)
    {
        string before = await PrintedAsync($"print(repr({name}))");
        CellResult overwritten = await RunAsync($"{name} = 5\nprint({name})");
        string after = await PrintedAsync($"print(repr({name}))");
        await PrintedAsync($"{name} = 5\ndel {name}");
        string deleted = await PrintedAsync($"print(repr({name}))");
        await RunAsync($"def {name}(*a): raise ValueError\n1 / 0");
        string failed = await PrintedAsync($"print(repr({name}))");

        overwritten.Stdout.ShouldBe("5\n");
        overwritten.Variables.ShouldBeEmpty();
        after.ShouldBe(before);
        deleted.ShouldBe(before);
        failed.ShouldBe(before);
    }

    [TestCase("SHOW_VARS")]
    [TestCase("llm_query")]
    [TestCase("FINAL")]
    [TestCase("context")]
    public async Task ExecuteAsync_ScaffoldName_StandsAmongTheGlobals(string name)
    {
        string before = await PrintedAsync($"print('{name}' in globals(), '{name}' in dir(), '{name}' in locals(), globals()['{name}'] is {name})");
        string cleared = await PrintedAsync($"v = globals().pop('{name}')\nprint('{name}' in globals(), {name} is v)");
        string elsewhere = await PrintedAsync($"d = {{}}\nexec('r = {name}', d)\nprint(d['r'] is {name})");
        string after = await PrintedAsync($"print('{name}' in globals())");

        before.ShouldBe("True True True True\n");
        cleared.ShouldBe("False True\n");
        elsewhere.ShouldBe("True\n");
        after.ShouldBe("True\n");
    }

    [Test]
    public async Task RenderVariableAsync_Values_AreAnswerTexts()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "s = 'text\\r\\n'\nn = 5\nd = {'k': [1, None, '\u20ac']}\nt = (1, 2)\ne = {1, }");

        (await repl.RenderVariableAsync("s")).ShouldBe("text\r\n");
        (await repl.RenderVariableAsync("n")).ShouldBe("5");
        (await repl.RenderVariableAsync("d")).ShouldBe("{\"k\": [1, null, \"\u20ac\"]}");
        (await repl.RenderVariableAsync("t")).ShouldBe("(1, 2)");
        (await repl.RenderVariableAsync("e")).ShouldBe("{1}");
        (await repl.RenderVariableAsync("nothing")).ShouldBeNull();
        (await repl.RenderVariableAsync("context")).ShouldBe("");
    }

    private static TestCaseData Program(string name, string code, string expected) =>
        new TestCaseData(code, expected).SetArgDisplayNames(name);

    [Test]
    public async Task Variables_OfBuiltinTypes_HaveTheirLengths()
    {
        CellResult result = await RunAsync(
            "t = 'h\u00e9' * 2\nl = [0] * 1204\nd = {1: 2}\nu = ()\nb = b'abc'\na = bytearray(4)\ns = {1, 2}\nf = frozenset()\ni = 7\nn = None");

        result.Variables.Select(variable => variable.Kind).ShouldBe(
            ["str of 4 characters", "list of 1,204", "dict of 1", "tuple of 0", "bytes of 3", "bytearray of 4", "set of 2", "frozenset of 0", "int", "NoneType"]);
    }

    [Test]
    public async Task Variables_OfTheSessionsOwnClasses_AreNotAskedForTheirLength()
    {
        CellResult result = await RunAsync("class L(list):\n    def __len__(self):\n        print('asked')\n        return 5\nl = L([1])\nclass S(str):\n    __len__ = L.__len__\ns = S('x')");

        result.Stdout.ShouldBe("");
        result.Variables.Select(variable => variable.Kind).ShouldBe(["type", "L", "type", "S"]);
    }

    [Test]
    public async Task Variables_GrownInPlace_HaveTheirNewLength()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "rows = [1]");

        CellResult result = await RunAsync(repl, "rows.append(2)");

        result.NewVariables.ShouldBeEmpty();
        result.Variables.ShouldBe([new ReplVariable("rows", "list") { Length = 2 }]);
        (await RunAsync(repl, "rows.clear()\nSHOW_VARS()")).Stdout.ShouldEndWith("rows: list of 0'\n");
    }
}
