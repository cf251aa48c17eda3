"""Tests of runtime_prelude.py under stock python3: python3 -m unittest discover -s python/tests"""

import builtins
import io
import json
import os
import sys
import types
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def load():
    """A fresh copy of the prelude, run as the host runs it: from source, under its own file name."""
    with open(os.path.join(HERE, os.pardir, "runtime_prelude.py"), encoding="utf-8") as file:
        source = file.read()
    module = types.ModuleType("rlm_prelude")
    exec(compile(source, "<rlm>", "exec"), module.__dict__)
    return module


def raised(source, name="<cell 1>", names=None):
    """The exception that a cell ends with."""
    try:
        exec(compile(source, name, "exec"), {"__name__": "__main__"} if names is None else names)
    except BaseException as error:
        # The frame of this function is not the cell's.
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
        return error
    raise AssertionError("the cell raised nothing")


class PreludeTest(unittest.TestCase):
    def setUp(self):
        self.prelude = load()


class BuiltinsTest(PreludeTest):
    def test_trusted_has_all(self):
        table = self.prelude.session_builtins(True)
        missing = set(vars(builtins)) - set(table)
        self.assertEqual(missing, set())
        self.assertIs(table["open"], open)

    def test_restricted_lacks_what_reaches_outside(self):
        table = self.prelude.session_builtins(False)
        for name in ("eval", "exec", "compile", "__import__", "__loader__", "help"):
            self.assertNotIn(name, table)
        for name in ("open", "input", "breakpoint"):
            with self.assertRaisesRegex(PermissionError, rf"{name}\(\) is not available in this session"):
                table[name]("x")

    def test_restricted_keeps_what_programs_need(self):
        table = self.prelude.session_builtins(False)
        for name in ("__build_class__", "len", "print", "type", "super", "isinstance", "Exception", "property", "sorted"):
            self.assertIn(name, table)

    def test_exit_raises_system_exit(self):
        for trusted in (True, False):
            for name in ("exit", "quit"):
                with self.assertRaises(SystemExit) as caught:
                    self.prelude.session_builtins(trusted)[name](3)
                self.assertEqual(caught.exception.code, 3)

    def test_tables_are_separate(self):
        self.prelude.session_builtins(False)["len"] = None
        self.assertIs(self.prelude.session_builtins(False)["len"], len)


class StreamTest(PreludeTest):
    def setUp(self):
        super().setUp()
        self.written = []
        self.stream = self.prelude.Stream("<stdout>", self.written.append)

    def test_print_reaches_write(self):
        print("a", 1, file=self.stream, flush=True)
        self.assertEqual("".join(self.written), "a 1\n")

    def test_writelines(self):
        self.stream.writelines(["a", "b"])
        self.assertEqual(self.written, ["a", "b"])

    def test_looks_like_a_text_stream(self):
        self.assertEqual((self.stream.encoding, self.stream.isatty(), self.stream.writable(), self.stream.readable(), self.stream.seekable(), self.stream.closed),
                         ("utf-8", False, True, False, False, False))
        with self.assertRaises(OSError):
            self.stream.fileno()

    def test_no_input_is_at_its_end(self):
        stream = self.prelude.NoInput()
        self.assertEqual((stream.read(), stream.readline(), list(stream)), ("", "", []))

    def test_unraisable_is_one_line(self):
        errors = io.StringIO()
        details = types.SimpleNamespace(exc_type=ValueError, exc_value=ValueError("x"), err_msg=None, object=None)
        before, sys.stderr = sys.stderr, errors
        try:
            self.prelude.unraisable(details)
        finally:
            sys.stderr = before
        self.assertEqual(errors.getvalue(), "Exception ignored: ValueError: x\n")

    def test_unraisable_never_fails(self):
        before, sys.stderr = sys.stderr, None
        try:
            self.prelude.unraisable(types.SimpleNamespace(exc_type=None, exc_value=None))
        finally:
            sys.stderr = before


class AwaitTest(PreludeTest):
    def cell(self, source, **names):
        import ast
        code = compile(source, "<cell 1>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self.names = {"__name__": "__main__", **names}
        return self.prelude.drive(eval(code, self.names))

    def test_reply_is_text_and_awaitable(self):
        self.cell("r = await reply", reply=self.prelude.Reply("text"))
        self.assertEqual(self.names["r"], "text")
        self.assertIs(type(self.names["r"]), str)
        self.assertEqual(self.prelude.Reply("a") + "b", "ab")

    def test_replies_are_a_list_and_awaitable(self):
        self.cell("r = await replies", replies=self.prelude.Replies(["a", "b"]))
        self.assertEqual(self.names["r"], ["a", "b"])
        self.assertIs(type(self.names["r"]), list)

    def test_record_is_a_dict_and_awaitable(self):
        self.cell("r = await record", record=self.prelude.Record({"a": 1}))
        self.assertEqual(self.names["r"], {"a": 1})
        self.assertIs(type(self.names["r"]), dict)

    def test_coroutines_run(self):
        self.cell("async def f(n): return n * 2\nr = await f(await f(1))")
        self.assertEqual(self.names["r"], 4)

    def test_asyncio_gather_sleep_and_tasks(self):
        self.cell("import asyncio\nasync def f(n):\n    await asyncio.sleep(0.001 * (3 - n))\n    return n\n"
                  "t = asyncio.create_task(f(9))\nr = await asyncio.gather(*(f(i) for i in range(3)))\nr.append(await t)")
        self.assertEqual(self.names["r"], [0, 1, 2, 9])

    def test_to_thread_wakes_the_loop(self):
        # Without the wake-up the loop sleeps to the end of the longest timer.
        self.cell("import asyncio, time\nstart = time.monotonic()\n"
                  "r = await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(time.sleep, 0.05) for _ in range(3))), 600)\ntook = time.monotonic() - start")
        self.assertEqual(self.names["r"], [None] * 3)
        self.assertLess(self.names["took"], 300)

    def test_exceptions_pass(self):
        for kind in (ValueError, SystemExit, KeyboardInterrupt):
            with self.assertRaises(kind):
                self.cell("import asyncio\nawait asyncio.sleep(0)\nraise kind", kind=kind)

    def test_after_stop_frees_the_thread(self):
        import asyncio
        loop = self.prelude.cell_loop(asyncio)
        asyncio._set_running_loop(loop)
        self.prelude.after_stop()
        self.cell("import asyncio\nr = await asyncio.sleep(0, 5)")
        loop.close()
        self.assertEqual(self.names["r"], 5)


class AnswerTest(PreludeTest):
    def test_render(self):
        render = self.prelude.render
        self.assertEqual(render("a\r\n\0"), "a\r\n\0")
        self.assertEqual(render(5), "5")
        self.assertEqual(render(None), "None")
        self.assertEqual(render((1, 2)), "(1, 2)")
        self.assertEqual(json.loads(render({"k": [1, "\u20ac", None]})), {"k": [1, "\u20ac", None]})
        self.assertIn("\u20ac", render(["\u20ac"]))
        self.assertEqual(render({"s": {1}}), '{"s": "{1}"}')

    def test_render_of_what_json_refuses(self):
        circle = []
        circle.append(circle)
        self.assertEqual(self.prelude.render(circle), "[[...]]")
        self.assertEqual(self.prelude.render({(1, 2): 3}), "{(1, 2): 3}")

    def test_render_of_numbers_that_json_lacks(self):
        nan, inf = float("nan"), float("inf")

        class Array:
            def __init__(self, values):
                self.values = values

            def tolist(self):
                return self.values

        for value, text in [({"x": nan}, '{"x": null}'), ([inf, (-inf, 1.5)], "[null, [null, 1.5]]"), ({nan: 1}, '{"nan": 1}'), ({1: {True: nan}}, '{"1": {"true": null}}'),
                            ({"a": Array([1, nan]), "b": Array(2)}, '{"a": [1, null], "b": 2}'), (["\ud800\u20ac"], '["\\ud800\u20ac"]'), ({(1,): nan}, "{(1,): nan}")]:
            self.assertEqual(self.prelude.render(value), text)
        circle = [nan]
        circle.append(circle)
        self.assertEqual(self.prelude.render(circle), "[nan, [...]]")

    def test_render_of_a_str_subclass_is_plain(self):
        class Text(str):
            pass
        self.assertIs(type(self.prelude.render(Text("x"))), str)

    def test_final_text(self):
        final = self.prelude.final_text
        self.assertEqual(final({"content": "a", "ready": True}), "a")
        self.assertEqual(final({"content": 0, "ready": 1}), "0")
        for draft in ({"content": "a"}, {"content": "a", "ready": False}, {"content": "", "ready": True}, {"content": None, "ready": True},
                      {"ready": True}, {}, "answer", None, ["content"]):
            self.assertIsNone(final(draft), draft)


class ErrorTest(PreludeTest):
    def format(self, source, *earlier):
        names = {"__name__": "__main__"}
        sources = {}
        for number, cell in enumerate(earlier, 1):
            sources[f"<cell {number}>"] = cell
            exec(compile(cell, f"<cell {number}>", "exec"), names)
        name = f"<cell {len(earlier) + 1}>"
        sources[name] = source
        return self.prelude.format_error(raised(source, name, names), sources)

    def test_plain(self):
        self.assertEqual(self.format("x = 1\nint('q')"), (
            "ValueError", "invalid literal for int() with base 10: 'q'", 2,
            "Traceback (most recent call last):\n  File \"<cell 1>\", line 2, in <module>\n    int('q')\n"
            "ValueError: invalid literal for int() with base 10: 'q'\n"))

    def test_line_is_of_the_running_cell(self):
        kind, _, line, text = self.format("x = 1\nf()", "\n\ndef f():\n    1 / 0")
        self.assertEqual((kind, line), ("ZeroDivisionError", 2))
        self.assertIn('File "<cell 1>", line 4, in f\n    1 / 0\n', text)

    def test_own_frames_are_left_out(self):
        names = {"render": self.prelude.render, "__name__": "__main__"}
        source = "class Bad:\n    def __str__(self): raise KeyError('no')\nrender(Bad())"
        _, _, line, text = self.prelude.format_error(raised(source, names=names), {"<cell 1>": source})
        self.assertNotIn("<rlm>", text)
        self.assertEqual(line, 2)

    def test_paths_are_short(self):
        text = self.format("import json\njson.loads('{')")[3]
        self.assertIn('File "json/decoder.py"', text)
        self.assertNotIn(os.path.dirname(json.__file__), text)

    def test_cause_and_context(self):
        text = self.format("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e")[3]
        self.assertIn("KeyError: 'a'\n\nThe above exception was the direct cause", text)
        text = self.format("try:\n    {}['a']\nexcept KeyError:\n    1 / 0")[3]
        self.assertIn("KeyError: 'a'\n\nDuring handling of the above exception", text)
        text = self.format("try:\n    {}['a']\nexcept KeyError:\n    raise ValueError('b') from None")[3]
        self.assertNotIn("KeyError: 'a'", text)

    def test_circle_of_causes_ends(self):
        self.format("a = ValueError('a')\nb = ValueError('b')\na.__cause__ = b\nb.__context__ = a\nraise a")

    def test_long_chain_is_bounded(self):
        text = self.format("e = None\nfor i in range(1000):\n    n = ValueError(str(i))\n    n.__context__ = e\n    e = n\nraise e")[3]
        self.assertLess(len(text), 5000)

    def test_syntax_error(self):
        source = "x = 1\ny = = 2"
        kind, message, line, text = self.prelude.format_error(raised(source), {"<cell 1>": source})
        self.assertEqual((kind, line), ("SyntaxError", 2))
        self.assertTrue(message)
        self.assertIn('File "<cell 1>", line 2\n    y = = 2\n        ^\n', text)

    def test_syntax_error_made_by_hand(self):
        self.assertEqual(self.format("raise SyntaxError('made up')")[1], "made up")
        self.assertEqual(self.format("raise SyntaxError(5)")[0], "SyntaxError")
        self.assertEqual(self.format("e = SyntaxError('m')\ne.lineno = 'x'\ne.text = 5\nraise e")[0], "SyntaxError")

    def test_recursion_is_short(self):
        kind, _, _, text = self.format("def f(): f()\nf()")
        self.assertEqual(kind, "RecursionError")
        self.assertRegex(text, r"\[Previous line repeated \d+ more times\]")
        self.assertLess(len(text), 1000)

    def test_mutual_recursion_is_bounded(self):
        text = self.format("def f(): g()\ndef g(): f()\nf()")[3]
        self.assertRegex(text, r"\[\d+ more frames\]")
        self.assertLess(len(text), 5000)

    def test_str_that_fails(self):
        kind, message, _, _ = self.format("class Bad(Exception):\n    def __str__(self): raise KeyError('no')\nraise Bad()")
        self.assertEqual((kind, message), ("Bad", "<str() of the exception raised KeyError>"))

    def test_huge_message_is_cut(self):
        message = self.format("raise ValueError('m' * 1000000)")[1]
        self.assertTrue(message.endswith("... (1,000,000 characters)"))
        self.assertLess(len(message), 10_100)

    def test_names(self):
        self.assertTrue(self.format("class A:\n    class B(Exception): pass\nraise A.B('x')")[3].endswith("A.B: x\n"))
        self.assertEqual(self.format("class A:\n    class B(Exception): pass\nraise A.B('x')")[0], "B")
        self.assertTrue(self.format("raise ValueError")[3].endswith("\nValueError\n"))

    @unittest.skipIf(sys.version_info < (3, 11), "came with 3.11")
    def test_groups_and_notes(self):
        text = self.format("raise ExceptionGroup('g', [ValueError('one'), KeyError('two')])")[3]
        self.assertIn("  | ValueError: one\n", text)
        self.assertIn("  | KeyError: 'two'\n", text)
        self.assertTrue(self.format("e = ValueError('x')\ne.add_note('n')\nraise e")[3].endswith("ValueError: x\nn\n"))

    def test_notes_of_any_kind(self):
        for value in ("None", "5", "[1, 'x']"):
            with self.subTest(value):
                self.assertEqual(self.format(f"e = ValueError('x')\ne.__notes__ = {value}\nraise e")[:2], ("ValueError", "x"))

    def test_stopped_line(self):
        source = "def f():\n    1 / 0\nx = 1\nf()"
        error = raised(source)
        self.assertEqual(self.prelude.stopped_line(error, {"<cell 1>": source}), 2)
        self.assertIsNone(self.prelude.stopped_line(error, {"<cell 1>": source, "<cell 2>": ""}))
        self.assertIsNone(self.prelude.stopped_line(error, {}))


class JsonTest(PreludeTest):
    def test_value_is_what_json_loads_gives(self):
        self.assertEqual(self.prelude.parse_json('{"a": [1, 2.5, null, true]}'), {"a": [1, 2.5, None, True]})
        self.assertEqual(self.prelude.parse_json('"\\ud800\\r\\n"'), "\ud800\r\n")

    def test_what_python_adds_to_json_is_refused(self):
        for text in ("NaN", "[Infinity]", '{"a": -Infinity}', "", "{'a': 1}", "[1,]"):
            with self.assertRaises(ValueError):
                self.prelude.parse_json(text)

    def test_measure_of_containers(self):
        self.assertEqual(self.prelude.measure(["ab", {"k": 1}]), ("list", "dict or str", [], [2, 8], []))
        self.assertEqual(self.prelude.measure({"x": "ab", "y": 5}), ("dict", "int or str", ["x", "y"], [2, 1], ["str", "int"]))
        self.assertEqual(self.prelude.measure({}), ("dict", "str", [], [], []))

    def test_measure_of_single_values(self):
        self.assertEqual(self.prelude.measure("abc"), ("str", "str", [], [3], []))
        self.assertEqual(self.prelude.measure(None), ("NoneType", "NoneType", [], [4], []))

    def test_shapes_name_keys_kinds_and_what_is_missing(self):
        shapes = lambda value: self.prelude.measure(value)[4]
        self.assertEqual(shapes([{"a": 1, "b": [1]}, {"a": "x"}]), ["dict with the keys 'a' (int or str), 'b' (list, in 1 of 2)"])
        self.assertEqual(shapes([{}, {}]), ["dict with no keys"])
        self.assertEqual(shapes({"a": {"b": {"c": {"d": 1}}}, "e": [], "f": None}), ["dict of 1 with the key 'b' (dict of 1 with the key 'c' (dict of 1))", "list of 0", "NoneType"])
        self.assertEqual(shapes({"k": {str(i): i for i in range(14)}})[0].count("(int)"), 12)
        self.assertTrue(shapes({"k": {str(i): i for i in range(14)}})[0].endswith("and 2 more"))

    def test_measure_keeps_no_more_than_a_hundred_keys(self):
        self.assertEqual(len(self.prelude.measure({str(i): i for i in range(500)})[2]), 100)


if __name__ == "__main__":
    unittest.main()
