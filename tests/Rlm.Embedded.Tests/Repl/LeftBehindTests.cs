using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>What a session does to the library, or to the thread that the next one gets, is gone with it, whether it was allowed or not.</summary>
public sealed class LeftBehindTests : ReplTest
{
    public static IEnumerable<TestCaseData> Rows =>
    [
        Row("decimal_precision", "import decimal\ndecimal.getcontext().prec = 5", "import decimal\nprint(decimal.getcontext().prec)"),
        Row("decimal_traps", "import decimal\ndecimal.getcontext().traps[decimal.Inexact] = True", "import decimal\nprint(decimal.Decimal(1) / 3)"),
        Row("decimal_context", "import decimal\ndecimal.setcontext(decimal.Context(prec=4))", "import decimal\nprint(decimal.Decimal(1) / 3)"),
        Row("decimal_default", "import decimal\ndecimal.DefaultContext.prec = 3", "import decimal\nprint(decimal.Context().prec)"),
        Row("decimal_basic", "import decimal\ndecimal.BasicContext.prec = 3", "import decimal\nprint(decimal.BasicContext.prec)"),
        Row("decimal_flags", "import decimal\ndecimal.Decimal(1) / 3", "import decimal\nprint(decimal.getcontext().flags[decimal.Inexact])"),
        Row("random_seed", "import random\nrandom.seed(1)", "import random\nprint(random.random() == 0.13436424411240122)"),
        Row("warnings_filter", "import warnings\nwarnings.simplefilter('error')", "import warnings\nwarnings.warn('x')\nprint('went on')"),
        Row("csv_limit", "import csv\ncsv.field_size_limit(10)", "import csv\nprint(list(csv.reader(['x' * 100]))[0][0][:3])"),
        Row("csv_dialect", "import csv\ncsv.register_dialect('mine', delimiter=';')", "import csv\nprint('mine' in csv.list_dialects())"),
        Row("asyncio_loop", "import asyncio\nasyncio.set_event_loop(asyncio.new_event_loop())", "import asyncio\nprint(asyncio.run(asyncio.sleep(0, 1)))"),
        Row("logging_level", "import logging\nlogging.disable(50)", "import logging\nlogging.error('seen')"),
        Row("logging_handler", "import logging\nlogging.getLogger().handlers.clear()\nlogging.basicConfig(format='mine %(message)s')", "import logging\nlogging.warning('seen')"),
        Row("recursion_limit", "import sys\nsys.setrecursionlimit(60)", "def f(n): return n and f(n - 1)\nprint(f(500))"),
        Row("builtin_names", "print = 1\nlen = 2", "print(len('abc'))"),
        Row("module_function", "import json\njson.loads = None", "import json\nprint(json.loads('1'))"),
        Row("module_attribute", "import collections\ncollections.mine = 1", "import collections\nprint(hasattr(collections, 'mine'))"),
        Row("module_constant", "import string\nstring.ascii_letters = 'x'", "import string\nprint(string.ascii_letters[:3])"),
        Row("class_attribute", "import string\nstring.Template.delimiter = '%'", "import string\nprint(string.Template('$a').substitute(a=1))"),
        Row("calendar_firstweekday", "import calendar\ncalendar.setfirstweekday(6)", "import calendar\nprint(calendar.month(2024, 1))"),
        Row("xml_namespace", "import xml.etree.ElementTree as E\nE.register_namespace('q', 'urn:q')", "import xml.etree.ElementTree as E\nprint(E.tostring(E.Element('{urn:q}a')))"),
        Row("list_of_module", "import keyword\nkeyword.kwlist.clear()", "import keyword\nprint(len(keyword.kwlist) > 30)"),
        Row("dict_of_module", "import html.entities\nhtml.entities.html5.clear()", "import html\nprint(html.unescape('&amp;'))"),
        Row("number_classes", "import numbers\nnumbers.Number.register(str)", "import numbers\nprint(isinstance('x', numbers.Number))"),
        Row("collection_classes", "import collections.abc\ncollections.abc.Callable.register(int)", "import collections.abc\nprint(isinstance(1, collections.abc.Callable))"),
        Row("copy_of_a_type", "import copyreg\ncopyreg.pickle(complex, lambda c: (str, ('hijacked',)))", "import copy\nprint(copy.copy(1 + 2j))"),
        Row("singledispatch", "import functools, statistics\nfunctools.singledispatch(len)", "print(len('ab'))"),
        Row("time_zone", "import datetime\ndatetime.timezone.utc = None", "import datetime\nprint(datetime.timezone.utc)"),
        Row("gc", "import gc\ngc.disable()", "import gc\nprint(gc.isenabled())"),
        Row("thread_local", "import threading\nthreading.current_thread().mine = 1", "import threading\nprint(hasattr(threading.current_thread(), 'mine'))"),
        Row("stopped_cell", "while True: pass", "print(sum(range(10)))"),
        Row("full_quota", "x = []\nwhile True: x.append('y' * 10 ** 7)", "print(len('z' * 10 ** 8))"),
        Row("deep_recursion", "def f(): f()\nf()", "def f(n): return n and f(n - 1)\nprint(f(500))"),
        Row("generator_left_open", "def g():\n    try:\n        yield 1\n    finally:\n        print('late')\ng = g()\nnext(g)", "print('alone')"),
        Row("coroutine_left", "import asyncio\nasync def c(): await asyncio.sleep(10 ** 6)\nx = c()", "print('alone')"),
    ];

    [TestCaseSource(nameof(Rows))]
    public async Task Session_AfterAnother_SeesWhatItWouldAlone(string done, string asked)
    {
        string alone = await SeenAsync(asked);

        await SeenAsync(done);

        (await SeenAsync(asked)).ShouldBe(alone);
    }

    private static TestCaseData Row(string name, string done, string asked) => new TestCaseData(done, asked).SetArgDisplayNames(name);

    private static async Task<string> SeenAsync(string code)
    {
        // Closed before the next one opens, which then gets its thread.
        await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { Memory = 256L << 20 } });
        CellResult result = await RunAsync(repl, code, TimeSpan.FromSeconds(code.Contains("while True", StringComparison.Ordinal) ? 2 : 30));
        return $"{result.Stdout}|{result.Stderr}|{result.Error?.Traceback}";
    }
}
