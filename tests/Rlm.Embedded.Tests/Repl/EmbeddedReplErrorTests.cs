using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplErrorTests : ReplTest
{
    [Test]
    public async Task Error_Raised_HasTypeMessageLineAndTraceback()
    {
        CellResult result = await RunAsync("x = 1\n\nint('nope')\ny = 2");

        result.Error.ShouldBe(new CellError(
            "ValueError",
            "invalid literal for int() with base 10: 'nope'",
            3,
            """
            Traceback (most recent call last):
              File "<cell 1>", line 3, in <module>
                int('nope')
            ValueError: invalid literal for int() with base 10: 'nope'

            """));
        result.Stopped.ShouldBe(CellStop.None);
    }

    [Test]
    public async Task Error_InAFunction_NamesEveryFrame()
    {
        CellResult result = await RunAsync("def outer():\n    inner()\ndef inner():\n    raise KeyError('k')\nouter()");

        result.Error!.Line.ShouldBe(4);
        result.Error.Message.ShouldBe("'k'");
        result.Error.Traceback.ShouldBe("""
            Traceback (most recent call last):
              File "<cell 1>", line 5, in <module>
                outer()
              File "<cell 1>", line 2, in outer
                inner()
              File "<cell 1>", line 4, in inner
                raise KeyError('k')
            KeyError: 'k'

            """);
    }

    [Test]
    public async Task Error_InAFunctionOfAnEarlierCell_HasTheLineOfThisCell()
    {
        await RunAsync("\n\n\ndef fail():\n    raise KeyError('k')");

        CellResult result = await RunAsync("x = 1\nfail()");

        result.Error!.Line.ShouldBe(2);
        result.Error.Traceback.ShouldContain("File \"<cell 2>\", line 2, in <module>\n    fail()\n  File \"<cell 1>\", line 5, in fail\n    raise KeyError('k')\n");
    }

    [Test]
    public async Task Error_OfALastExpression_HasItsOwnSource()
    {
        CellResult result = await RunAsync("x = 1\nx / 0");

        result.Error!.Line.ShouldBe(2);
        result.Error.Traceback.ShouldContain("    x / 0\n");
        result.Error.Traceback.ShouldNotContain("__rlm");
    }

    [Test]
    public async Task Error_InTheLibrary_HidesPathsOfTheMachine()
    {
        CellResult result = await RunAsync("import json\njson.loads('{')");

        result.Error!.Type.ShouldBe("JSONDecodeError");
        result.Error.Line.ShouldBe(2);
        result.Error.Traceback.ShouldContain("json/decoder.py");
        result.Error.Traceback.ShouldContain("json.decoder.JSONDecodeError: Expecting property name");
        result.Error.Traceback.ShouldNotContain("/lib/");
        result.Error.Traceback.ShouldNotContain("/home/");
    }

    [Test]
    public async Task Error_WithCause_TellsBoth()
    {
        CellResult result = await RunAsync("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e");

        result.Error!.Type.ShouldBe("ValueError");
        result.Error.Line.ShouldBe(4);
        result.Error.Traceback.ShouldContain("KeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback");
    }

    [Test]
    public async Task Error_DuringHandling_TellsBoth()
    {
        CellResult result = await RunAsync("try:\n    1 / 0\nexcept ZeroDivisionError:\n    undefined");

        result.Error!.Type.ShouldBe("NameError");
        result.Error.Traceback.ShouldContain("division by zero\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback");
    }

    [Test]
    public async Task Error_FromNone_TellsOne()
    {
        CellResult result = await RunAsync("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError('only') from None");

        result.Error!.Traceback.ShouldNotContain("ZeroDivisionError:");
    }

    [Test]
    public async Task Error_CircleOfCauses_Ends()
    {
        CellResult result = await RunAsync("a = ValueError('a')\nb = ValueError('b')\na.__context__ = b\nb.__cause__ = a\nraise a");

        result.Error!.Message.ShouldBe("a");
    }

    [TestCase("x = (", "SyntaxError", 1)]
    [TestCase("a = 1\nb = = 2", "SyntaxError", 2)]
    [TestCase("if True:\nx = 1", "IndentationError", 2)]
    [TestCase("  x = 1", "IndentationError", 1)]
    [TestCase("if True:\n\tx = 1\n        y = 2", "TabError", 3)]
    [TestCase("'abc", "SyntaxError", 1)]
    [TestCase("return 1", "SyntaxError", 1)]
    [TestCase("x = 1\nbreak", "SyntaxError", 2)]
    [TestCase("f'{'", "SyntaxError", 1)]
    [TestCase("print 'x'", "SyntaxError", 1)]
    public async Task Error_OfSyntax_HasTheLine(string code, string type, int line)
    {
        CellResult result = await RunAsync(code);

        result.Error!.Type.ShouldBe(type);
        result.Error.Line.ShouldBe(line);
        result.Error.Message.ShouldNotBeEmpty();
        result.Error.Traceback.ShouldContain($"File \"<cell 1>\", line {line}");
        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    [Test]
    public async Task Error_NulInSource_IsSyntaxError()
    {
        CellResult result = await RunAsync("x = '\0'");

        result.Error!.Type.ShouldBe("SyntaxError");
        result.Error.Message.ShouldBe("source code cannot contain null bytes");
    }

    [Test]
    public async Task Error_SourceTooLong_IsSyntaxErrorThatSaysTheLimit()
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Limits = new ReplLimits { SourceCharacters = 10 } });

        (await RunAsync(repl, "x = 1")).Error.ShouldBeNull();
        (await RunAsync(repl, "x = 1234567")).Error!.Message.ShouldContain("11 characters; a cell may have 10");
    }

    [Test]
    public async Task Error_Recursion_IsShort()
    {
        CellResult result = await RunAsync("def f(): return f()\nf()");

        result.Error!.Type.ShouldBe("RecursionError");
        result.Error.Traceback.ShouldContain("[Previous line repeated");
        result.Error.Traceback.Length.ShouldBeLessThan(1000);
        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    [Test]
    public async Task Error_Group_ListsItsParts()
    {
        await RunAsync("1");
        if (PythonVersion.Minor < 11)
        {
            Assert.Ignore("exception groups came with 3.11");
        }

        CellResult result = await RunAsync("raise ExceptionGroup('both', [ValueError('one'), KeyError('two')])");

        result.Error!.Type.ShouldBe("ExceptionGroup");
        result.Error.Message.ShouldBe("both (2 sub-exceptions)");
        result.Error.Traceback.ShouldContain("  | ValueError: one\n");
        result.Error.Traceback.ShouldContain("  | KeyError: 'two'\n");
    }

    [Test]
    public async Task Error_WithNotes_TellsThem()
    {
        await RunAsync("1");
        if (PythonVersion.Minor < 11)
        {
            Assert.Ignore("notes came with 3.11");
        }

        (await RunAsync("e = ValueError('x')\ne.add_note('a note')\nraise e")).Error!.Traceback.ShouldEndWith("ValueError: x\na note\n");
    }

    [TestCase("raise KeyError('s')")]
    [TestCase("raise SystemExit")]
    [TestCase("return 5")]
    public async Task Error_WhoseStrFails_IsStillReported(string body)
    {
        CellResult result = await RunAsync($"class Sly(Exception):\n    def __str__(self): {body}\nraise Sly()");

        result.Error!.Type.ShouldBe("Sly");
        result.Error.Message.ShouldNotBeEmpty();
        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    [Test]
    public async Task Error_WhoseStrLoops_IsStopped()
    {
        CellResult result = await RunAsync("class Sly(Exception):\n    def __str__(self):\n        while True: pass\nraise Sly()", Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        (await PrintedAsync("1")).ShouldBe("1\n");
    }

    [Test]
    public async Task Error_HugeMessage_IsCut()
    {
        CellResult result = await RunAsync("raise ValueError('m' * 1_000_000)");

        result.Error!.Message.Length.ShouldBeLessThan(10_100);
        result.Error.Message.ShouldEndWith("... (1,000,000 characters)");
    }

    [TestCase("raise SystemExit(3)", "SystemExit", "3")]
    [TestCase("exit()", "SystemExit", "exit() ended this cell; the session goes on. To give the answer write FINAL(value)")]
    [TestCase("quit(1)", "SystemExit", "1")]
    [TestCase("import sys\nsys.exit('bye')", "SystemExit", "bye")]
    [TestCase("raise KeyboardInterrupt", "KeyboardInterrupt", "")]
    [TestCase("raise GeneratorExit", "GeneratorExit", "")]
    [TestCase("raise StopIteration", "StopIteration", "")]
    [TestCase("raise BaseException('b')", "BaseException", "b")]
    [TestCase("async def f(): raise SystemExit(1)\nawait f()", "SystemExit", "1")]
    [TestCase("import asyncio\nasync def f(): raise SystemExit(1)\nawait asyncio.gather(f())", "SystemExit", "1")]
    public async Task Error_ThatWouldEndAProgram_IsContained(string code, string type, string message)
    {
        CellResult result = await RunAsync("kept = 1\n" + code);

        result.Error!.Type.ShouldBe(type);
        result.Error.Message.ShouldBe(message);
        result.Stopped.ShouldBe(CellStop.None);
        (await PrintedAsync("kept")).ShouldBe("1\n");
    }

    [Test]
    public async Task Error_OfClassInAClass_HasItsName()
    {
        CellResult result = await RunAsync("class Outer:\n    class Inner(Exception): pass\nraise Outer.Inner('x')");

        result.Error!.Type.ShouldBe("Inner");
        result.Error.Traceback.ShouldEndWith("Outer.Inner: x\n");
    }

    [Test]
    public async Task Error_OutputBefore_IsKept()
    {
        CellResult result = await RunAsync("print('before')\nimport sys\nprint('err', file=sys.stderr)\n1 / 0");

        result.Stdout.ShouldBe("before\n");
        result.Stderr.ShouldBe("err\n");
    }

    [Test]
    public async Task Error_InAFinaliser_IsALineOnStderr()
    {
        CellResult result = await RunAsync("def g():\n    try: yield\n    finally: raise ValueError('late')\nd = g()\nnext(d)\ndel d\nprint('on')");

        result.Error.ShouldBeNull();
        result.Stdout.ShouldBe("on\n");
        result.Stderr.ShouldContain("ValueError: late");
    }

    [Test]
    public async Task Error_InAnAwaitingCell_HasTheLine()
    {
        CellResult result = await RunAsync("import asyncio\nawait asyncio.sleep(0)\n1 / 0");

        result.Error!.Line.ShouldBe(3);
        result.Error.Traceback.ShouldNotContain("<rlm>");
    }
}
