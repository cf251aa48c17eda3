namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <summary>
/// Statements that random choice would seldom put together. What is filled in: $E an expression, $V a variable, $F a function, $H a function of the
/// session, $A an attribute, $S a special method, $T a text, $X an exception class, $N a number, $C a call of an allowed module's member ($M imports it).
/// </summary>
internal static class ProgramTemplates
{
    public static string[] All { get; } =
    [
        "import $M\n$V = $C",
        "import $M\n$V = $C\n$V = $V.$A($E)",
        "import $M\nfor $V in $C: print($V.$A)",
        "import $M\nwith $C as $V: $V = $E",
        "import $M\n@$C\ndef a(*x): return $E\n$V = a($E)",
        "def gen(*x):\n    got = yield $E\n    try: a = yield got\n    except $X as e: yield e.$A\n    finally: print($E)\nh = gen($E)\n$V = next(h)\n$V = h.send($E)\n$V = h.throw($X($E))\nh.close()",
        "def gen():\n    x = yield from $E\n    return x\n$V = list(gen())\n$V = gen().$A",
        "import asyncio\nasync def gen():\n    yield $E\n    await asyncio.sleep(0)\n    yield $E\nasync def co(x):\n    async for i in gen(): x = i\n    return [i async for i in gen() if $E], x\n$V = asyncio.run(co($E))",
        "import asyncio\nasync def co(x):\n    try: return await asyncio.wait_for(x, $N)\n    except $X as e: return e\n$V = asyncio.run(asyncio.gather(co($E), return_exceptions=True))",
        "class W:\n    async def __aenter__(self): return $E\n    async def __aexit__(self, *x): return $E\nimport asyncio\nasync def co():\n    async with W() as x, W():\n        raise $X(x)\n$V = asyncio.run(co())",
        "match $E:\n    case {'x': x, **rest} if $E: print(x, rest)\n    case [x, *_] | (x, _): print(x)\n    case str(x) | int(x): print(x.$A)\n    case object($A=x): print(x)",
        "class Point:\n    __match_args__ = ($T, $T)\n    def __init__(self, *x): self.x = self.y = $E\nmatch Point($E):\n    case Point(x, y): print(x, y)\n    case Point(x=1): print($E)",
        "exec('try:\\n raise ExceptionGroup(\"g\", [ValueError($N), TypeError()])\\nexcept* ValueError as e:\\n print(e.exceptions, e.split(ValueError))\\nexcept* TypeError: pass')",
        "class A:\n    x = $E\n    y = [x for x in $E if (lambda: x)()]\n    z = {i: j for i in $E for j in i}\n$V = A.y\n$V = [k := $E for _ in $E]",
        "@(lambda f: $E)\ndef a(x=$E, /, *, y: $E = $E) -> $E: return $E\n$V = a($E)",
        "import functools\n@functools.$D\ndef a(*x, **y): return $E\n$V = a($E)\n$V = a.$A",
        "class A($V):\n    def $S(self, *x): return super().$S(*x)\nclass B(A): pass\nclass C(B, A): $S = $E\n$V = C($E)\n$V = C.$A",
        "class M(type):\n    def $S(self, *x, **y): return $E\nclass A(metaclass=M): x = $E\n$V = A($E)",
        "class A:\n    def __init_subclass__(cls, /, *x, **y): cls.$A = $E\nclass B(A, x=$E): pass\n$V = B().$A",
        "class A:\n    def __set_name__(self, owner, name): $V = owner, name\n    def __get__(self, o, t=None): return $E\nclass B: x = A()\n$V = B().x\n$V = B.x",
        "class A:\n    __slots__ = ('x', $T)\na = A()\na.x = $E\n$V = a.$A\ndel a.x",
        "class P:\n    @property\n    def x(self): return $E\n    @x.setter\n    def x(self, v): self.y = v\n    @classmethod\n    def k(cls): return cls.$A\n    @staticmethod\n    def z(*x): return x\n$V = P().x\nP().x = $E\n$V = P.k()\n$V = P.z($E)",
        "import dataclasses\n@dataclasses.dataclass(order=$E, frozen=False)\nclass D:\n    x: $E = $E\n    y: list = dataclasses.field(default_factory=lambda: $E)\nd = D($E)\n$V = dataclasses.replace(d, x=$E)\n$V = dataclasses.asdict(d)",
        "import dataclasses\n$V = dataclasses.make_dataclass($T, [('x', $E, dataclasses.field(default=$E))], bases=(object,), namespace={'$S': $E})($E)",
        "import enum\nclass E(enum.$U):\n    A = $E\n    B = $E\n    def $S(self, *x): return $E\n$V = E($E)\n$V = E.A.$A\n$V = list(E)",
        "import collections\nN = collections.namedtuple($T, ['x', $T], rename=True, defaults=[$E])\n$V = N($E)._replace(x=$E)\n$V = N.$A",
        "import contextlib\n@contextlib.contextmanager\ndef cm():\n    try: yield $E\n    except $X as e: print(e)\nwith cm() as $V, cm():\n    raise $X($E)",
        "def outer(x=$E):\n    def inner():\n        nonlocal x\n        x = $E\n        return x\n    return inner\n$V = outer()()\n$V = outer.$A",
        "$V = $H($E, $E)",
        "$V = $H(*$E, **$E)",
        "$V = $H($T, model=$E)",
        "$V = $H([$E, $T], $A=$E)",
        "class O(str):\n    def $S(self, *x): return $E\n$V = $H(O($T), [O($T)], {O($T): $E})",
        "print($E, $E, sep=$E, end=$T, file=$E, flush=$E)",
        "$V, *$V = $E\n$V = $V = $E\nfor $V, *$V in zip($E, $E):\n    continue\nelse: $V = $E",
        "while $E:\n    $V = $E\n    break\nelse: $V = $E",
        "$V: $E = $E\ndel $V.$A",
        "$V = f\"{$V!r:>{$N}} {$V=} {$V.$A:{$N}}\"",
        "exec($T)\n$V = eval($T, $E, $E)",
        "exec('$V = ' + repr($E), $E)",
        "import traceback\ntry: raise $X($E) from $X($E)\nexcept BaseException as e:\n    $V = traceback.format_exc()\n    $V = e.__context__\n    e.add_note($T)\n    raise ValueError from e",
        "$V = lambda x=$E, *y, z=$E, **w: (x, y, z, w)\n$V = $V($E, z=$E)\n$V = $E < $E <= $E is not $E",
        "import re\n$V = re.sub($T, lambda m: $E, $T)\nfor m in re.finditer($T, $T): $V = m.$A",
        "import io\nwith io.StringIO($T) as f:\n    print($E, file=f)\n    $V = f.$A",
        "import typing\nT = typing.TypeVar('T', bound=$E)\nclass G(typing.Generic[T]): x: $T\n$V = G[$E]\n$V = typing.get_type_hints(G, $E)",
        "import abc\nclass A(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...\nA.register($F)\n$V = isinstance($E, A)",
        "import copy\nclass Z:\n    def $S(self, *x): return $E\n$V = copy.deepcopy([Z(), $E])\n$V = copy.copy(Z())",
        "import json\n$V = json.dumps($E, default=lambda x: $E, indent=$E)\n$V = json.loads($T, object_hook=lambda x: $E, parse_int=$F)",
        "$V = sorted($E, key=lambda x: $E, reverse=$E)\n$V = max($E, key=$F, default=$E)\n$V = list(map($F, $E, $E))",
        "class I:\n    def __iter__(self): return self\n    def __next__(self):\n        raise $X($E)\n$V = [*I()]\n$V = $F(I())",
        "answer['content'] = $E\nanswer['ready'] = $E\nanswer = $E",
    ];

    public static string[] Exceptions { get; } = ["Exception", "BaseException", "ValueError", "StopIteration", "SystemExit", "KeyboardInterrupt", "GeneratorExit", "MemoryError", "RecursionError", "TypeError", "KeyError", "(ValueError, TypeError)"];

    public static string[] HostFunctions { get; } = ["llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "FINAL", "FINAL_VAR", "SHOW_VARS", "add", "echo", "broken_tool"];

    public static string[] FunctionDecorators { get; } = ["cache", "lru_cache", "wraps($F)", "total_ordering", "cached_property", "partial", "singledispatch", "lru_cache(maxsize=$N)"];

    public static string[] EnumClasses { get; } = ["Enum", "IntEnum", "Flag", "IntFlag"];

    /// <summary>The public members that restricted sessions see of each module, by name.</summary>
    public static IReadOnlyList<string[]> Members { get; } =
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Fuzz", "members.txt")).Select(line => line.Split(' ')).Where(line => line.Length > 1)];
}
