namespace Rlm.Embedded.Containment.Host;

/// <summary>Code that does not end by itself, one of each kind that is stopped in a way of its own.</summary>
internal static class Runaways
{
    public static IReadOnlyList<(string Name, string Code)> All { get; } =
    [
        ("loop", "while True: pass"),
        ("generator", "def g():\n    while True: yield 1\nfor _ in g(): pass"),
        ("lambda-in-map", "list(map(lambda x: None, iter(int, 1)))"),
        ("swallows", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
        ("finally-continue", "while True:\n    try: pass\n    finally: continue"),
        ("exit-true", "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with C():\n        while True: pass"),
        ("recursion-finally", "def f():\n    try: f()\n    finally: f()\nf()"),
        ("power", "x = 9 ** (9 ** 9)"),
        ("power-swallows", "while True:\n    try: x = 7 ** 99999999\n    except BaseException: pass"),
        ("factorial", "import math\nmath.factorial(10 ** 8)"),
        ("regex", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')"),
        ("regex-swallows", "import re\nwhile True:\n    try: re.match('(a|a)*$', 'a' * 50 + 'b')\n    except BaseException: pass"),
        ("sleep", "import time\ntime.sleep(3600)"),
        ("sleep-swallows", "import time\nwhile True:\n    try: time.sleep(3600)\n    except BaseException: pass"),
        ("lock", "import queue\nqueue.Queue().get()"),
        ("asyncio", "import asyncio\nasyncio.run(asyncio.Event().wait())"),
        ("sum-range", "sum(range(10 ** 12))"),
        ("max-range", "max(range(10 ** 12))"),
        ("permutations", "import itertools, collections\ncollections.deque(itertools.permutations(range(20)), maxlen=0)"),
        ("endless-iterator", "import itertools\nsum(itertools.repeat(0))"),
        ("hash-collisions", "m = 2 ** 61 - 1\nd = {m * i: i for i in range(10 ** 6)}"),
        ("shared-eq", "a, b = (), ()\nfor _ in range(60): a, b = (a, a), (b, b)\na == b"),
        ("shared-hash", "a = ()\nfor _ in range(60): a = (a, a)\nhash(a)"),
        ("append-in-except", "l = []\nwhile True:\n    try: l.append('x' * 100000)\n    except MemoryError: pass"),
        ("long-prefix-sort", "p = 'a' * 10 ** 6\nl = [p + str(i % 7) for i in range(50)] * 20000\nl.sort()"),
        ("decimal-to-int", "import decimal\nint(decimal.Decimal('1e30000000'))"),
    ];
}
