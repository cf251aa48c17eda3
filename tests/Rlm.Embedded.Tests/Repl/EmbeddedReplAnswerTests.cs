using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplAnswerTests : ReplTest
{
    [TestCase("FINAL('x')", "x")]
    [TestCase("FINAL(value='x')", "x")]
    [TestCase("FINAL(42)", "42")]
    [TestCase("FINAL(None)", "None")]
    [TestCase("FINAL('')", "")]
    [TestCase("FINAL('a\\r\\nb\\0')", "a\r\nb\0")]
    [TestCase("FINAL({'a': [1, None, True, '\u20ac']})", "{\"a\": [1, null, true, \"\u20ac\"]}")]
    [TestCase("FINAL([1, 'x'])", "[1, \"x\"]")]
    [TestCase("FINAL({1: {2}})", "{\"1\": \"{2}\"}")]
    [TestCase("FINAL((1, 2))", "(1, 2)")]
    [TestCase("import collections\nFINAL(collections.Counter('aab'))", "{\"a\": 2, \"b\": 1}")]
    [TestCase("l = []\nl.append(l)\nFINAL(l)", "[[...]]")]
    [TestCase("def f():\n    FINAL('deep')\nf()", "deep")]
    [TestCase("FINAL('first')\nFINAL('second')", "first")]
    [TestCase("FINAL('kept')\n1 / 0", "kept")]
    [TestCase("x = 'v'\nFINAL_VAR('x')", "v")]
    [TestCase("x = 'v w'\nFINAL_VAR(x)", "v w")]
    [TestCase("x = 'Paris'\nFINAL_VAR(x)", "Paris")]
    [TestCase("x = 5\nFINAL_VAR(x)", "5")]
    [TestCase("x = [1]\nFINAL_VAR('x')", "[1]")]
    [TestCase("x = 5\nFINAL_VAR(name='x')", "5")]
    [TestCase("x = None\nFINAL_VAR('x')", "None")]
    [TestCase("x = {'k': 'v w'}\nFINAL_VAR(x['k'])", "v w")]
    [TestCase("x = 2\nFINAL_VAR(f'{x} and {x}')", "2 and 2")]
    [TestCase("x = 1 + 1\nFINAL_VAR(str(x) + ' + 1')", "2 + 1")]
    [TestCase("res = {'k': [1, 2]}\nFINAL_VAR(\"res['k']\")", "[1, 2]")]
    [TestCase("res = ['a', 'b']\nFINAL_VAR('res[0]')", "a")]
    [TestCase("class A: pass\na = A()\na.x = 7\nFINAL_VAR('a.x')", "7")]
    [TestCase("result = 'r'\nFINAL_VAR(' result ')", "r")]
    [TestCase("rows = [1, 2]\nFINAL_VAR('len(rows)')", "2")]
    [TestCase("rows = [1, 2]\nFINAL_VAR('f\"{len(rows)} rows\"')", "2 rows")]
    [TestCase("def f():\n    FINAL_VAR('res[0]')\nres = ['a']\nf()", "a")]
    [TestCase("answer['content'] = 'draft'\nFINAL_VAR(\"answer['content']\")", "draft")]
    [TestCase("FINAL_VAR(\"context[:2] + 'x'\")", "x")]
    [TestCase("answer['content'] = 'a'\nanswer['ready'] = True", "a")]
    [TestCase("answer['ready'] = True\nanswer['content'] = 'a'", "a")]
    [TestCase("answer.update(content='a', ready=True)", "a")]
    [TestCase("answer |= {'content': 'a', 'ready': True}", "a")]
    [TestCase("answer = {'content': 'a', 'ready': True}", "a")]
    [TestCase("answer = dict(ready=1, content=[1])", "[1]")]
    [TestCase("answer['content'] = {'k': 1}\nanswer['ready'] = True", "{\"k\": 1}")]
    [TestCase("answer['content'] = 0\nanswer['ready'] = True", "0")]
    [TestCase("answer['content'] = 'a'\nanswer['ready'] = True\n1 / 0", "a")]
    [TestCase("def f():\n    answer['content'] = 'a'\n    answer['ready'] = True\nf()", "a")]
    [TestCase("answer['content'] = 'draft'\nFINAL_VAR('answer')", "draft")]
    [TestCase("answer['content'] = 'draft'\nFINAL_VAR(answer)", "draft")]
    [TestCase("FINAL('by call')\nanswer['content'] = 'by dict'\nanswer['ready'] = True", "by call")]
    [TestCase("await llm_query('x')\nFINAL('awaited')", "awaited")]
    public async Task FinalAnswer_EachAcceptedForm_IsItsText(string code, string expected) => (await RunAsync(code)).FinalAnswer.ShouldBe(expected);

    [TestCase("x = 1")]
    [TestCase("answer['content'] = 'draft'")]
    [TestCase("answer['ready'] = True")]
    [TestCase("answer['content'] = ''\nanswer['ready'] = True")]
    [TestCase("answer['content'] = None\nanswer['ready'] = True")]
    [TestCase("answer = 'plain variable'")]
    [TestCase("answer = 42")]
    [TestCase("answer = ['ready']")]
    [TestCase("answer = {'content': 'a'}")]
    [TestCase("FINAL")]
    [TestCase("'FINAL(1)'")]
    public async Task FinalAnswer_NoneGiven_IsNull(string code)
    {
        CellResult result = await RunAsync(code);

        result.Error.ShouldBeNull();
        result.FinalAnswer.ShouldBeNull();
    }

    [Test]
    public async Task FinalAnswer_LoneSurrogate_IsExact() => (await RunAsync("FINAL('\\ud800x')")).FinalAnswer.ShouldBe("\ud800x");

    [Test]
    public async Task FinalAnswer_ReadyInOneCellContentInTheNext_IsGivenThen()
    {
        (await RunAsync("answer['ready'] = True")).FinalAnswer.ShouldBeNull();

        (await RunAsync("answer['content'] = 'late'")).FinalAnswer.ShouldBe("late");
    }

    [Test]
    public async Task FinalAnswer_Given_IsNotGivenAgainByTheNextCell()
    {
        (await RunAsync("answer['content'] = 'a'\nanswer['ready'] = True")).FinalAnswer.ShouldBe("a");

        (await RunAsync("x = 1")).FinalAnswer.ShouldBeNull();
        (await RunAsync("answer['content'] = 'b'\nanswer['ready'] = True")).FinalAnswer.ShouldBe("b");
    }

    [TestCase("while True: pass")]
    [TestCase("while True:\n    try:\n        while True: pass\n    except BaseException: pass")]
    public async Task FinalAnswer_ReadyBeforeATimeout_IsKept(string loop)
    {
        CellResult result = await RunAsync("answer['content'] = 'ready'\nanswer['ready'] = True\n" + loop, Short);

        result.Stopped.ShouldBe(CellStop.Timeout);
        result.FinalAnswer.ShouldBe("ready");
    }

    [Test]
    public async Task FinalVar_UnknownName_ListsTheVariables()
    {
        CellResult result = await RunAsync("total = 1\nnames = []\nprint(FINAL_VAR('totl'))");

        result.FinalAnswer.ShouldBeNull();
        result.Stdout.ShouldBe("Error: there is no variable 'totl'. The variables are: total, names. Give FINAL_VAR one of them, or FINAL a value.\n");
    }

    [Test]
    public async Task FinalVar_UnknownNameAndNoVariables_SaysSo() =>
        (await PrintedAsync("print(FINAL_VAR('x'))")).ShouldContain("There are no variables yet");

    [TestCase("FINAL()", "FINAL() needs the answer between its parentheses: FINAL(value), or FINAL_VAR(\"name\") for a variable")]
    [TestCase("FINAL(1, 2)", "FINAL() takes at most 1 arguments (2 given)")]
    [TestCase("FINAL(text=1)", "FINAL() got an unexpected keyword argument 'text'. It takes: value")]
    [TestCase("FINAL_VAR()", "FINAL_VAR() missing required argument: 'name'")]
    [TestCase("SHOW_VARS(1)", "SHOW_VARS() takes at most 0 arguments (1 given)")]
    public async Task FinalAnswer_WrongArguments_AreTypeErrors(string code, string message)
    {
        CellResult result = await RunAsync(code);

        result.Error!.Type.ShouldBe("TypeError");
        result.Error.Message.ShouldBe(message);
    }

    [Test]
    public async Task FinalAnswer_WhoseStrRaises_IsAnErrorOfTheCell()
    {
        CellResult result = await RunAsync("class Bad:\n    def __str__(self): raise KeyError('no')\nFINAL(Bad())");

        result.FinalAnswer.ShouldBeNull();
        result.Error.ShouldNotBeNull().Message.ShouldContain("no");
    }

    [Test]
    public async Task ShowVars_Variables_AreListedWithTypes() =>
        (await PrintedAsync("a = 1\nb = {}\nprint(SHOW_VARS())")).ShouldBe("context: str of 0 characters\na: int\nb: dict of 0\n");
}
