using System.Text.Json;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>Answers that hardly anybody means, and the texts that values get.</summary>
public sealed class AnswerFaultTests : ReplTest
{
    [TestCase("FINAL(None)", "None")]
    [TestCase("FINAL(print('x'))", "None")]
    [TestCase("x = [2, 1]\nFINAL(x.sort())", "None")]
    [TestCase("x = {}\nFINAL(x.update(a=1))", "None")]
    [TestCase("def f(): pass\nFINAL(f())", "None")]
    [TestCase("x = None\nFINAL_VAR('x')", "None")]
    [TestCase("x = None\nFINAL_VAR(x)", "None")]
    [TestCase("FINAL('')", "empty")]
    [TestCase("FINAL(' \\n')", "empty")]
    [TestCase("answer['content'] = ' '\nanswer['ready'] = True", "empty")]
    [TestCase("FINAL(x for x in 'ab')", "type generator")]
    [TestCase("FINAL(map(str, [1]))", "type map")]
    [TestCase("def f(): pass\nFINAL(f)", "type function")]
    [TestCase("FINAL('a'.upper)", "type builtin_function_or_method")]
    [TestCase("class A: pass\nFINAL(A())", "type A")]
    [TestCase("answer['content'] = iter([1])\nanswer['ready'] = True", "type list_iterator")]
    public async Task AnswerFault_HardlyMeant_SaysWhatToGive(string code, string expected)
    {
        CellResult result = await RunAsync(code);

        result.FinalAnswer.ShouldNotBeNull();
        result.AnswerFault.ShouldNotBeNull().ShouldContain(expected);
    }

    [TestCase("answer['ready'] = True", "its content is empty")]
    [TestCase("answer['content'] = ''\nanswer['ready'] = True", "its content is empty")]
    [TestCase("answer['content'] = None\nanswer['ready'] = True", "its content is empty")]
    [TestCase("answer = {'ready': True}", "its content is empty")]
    [TestCase("answer['ready'] = 'yes'", "its content is empty")]
    [TestCase("r = FINAL_VAR('typo')", "there is no variable 'typo'")]
    [TestCase("FINAL_VAR('two words')", "neither the name of a variable nor an expression")]
    [TestCase("r = FINAL_VAR('')", "the name is empty")]
    [TestCase("res = {}\nFINAL_VAR(\"res['k']\")", "KeyError: 'k'")]
    [TestCase("FINAL_VAR('nope[0]')", "NameError: name 'nope' is not defined")]
    [TestCase("FINAL_VAR('().__reduce_ex__')", "__reduce_ex__")]
    [TestCase("FINAL_VAR('x = 1')", "neither the name of a variable nor an expression")]
    public async Task AnswerFault_NoAnswer_SaysWhy(string code, string expected)
    {
        CellResult result = await RunAsync(code);

        result.Error.ShouldBeNull();
        result.FinalAnswer.ShouldBeNull();
        result.AnswerFault.ShouldNotBeNull().ShouldContain(expected);
    }

    [TestCase("FINAL('None')")]
    [TestCase("FINAL(0)")]
    [TestCase("FINAL(False)")]
    [TestCase("FINAL([])")]
    [TestCase("FINAL([None])")]
    [TestCase("FINAL('<b at 0x1>')")]
    [TestCase("FINAL(range(3))")]
    [TestCase("FINAL({'a': 1}.keys())")]
    public async Task AnswerFault_AValue_HasNone(string code)
    {
        CellResult result = await RunAsync(code);

        result.FinalAnswer.ShouldNotBeNull();
        result.AnswerFault.ShouldBeNull();
    }

    [Test]
    public async Task FinalVar_TextThatTheCodeRead_IsNotEvaluated()
    {
        CellResult result = await RunAsync("text = 'x ran.append(1) x'\nran = []\nFINAL_VAR(text[2:-2])");

        result.FinalAnswer.ShouldBe("ran.append(1)");
        (await PrintedAsync("print(ran)")).ShouldBe("[]\n");
    }

    [TestCase("{'x': nan}", """{"x": null}""")]
    [TestCase("{'x': [inf, -inf, (nan,)]}", """{"x": [null, null, [null]]}""")]
    [TestCase("[{'a': {'b': nan}}, 1.5]", """[{"a": {"b": null}}, 1.5]""")]
    [TestCase("{nan: 1}", """{"nan": 1}""")]
    [TestCase("{(1, 2): nan}", "{(1, 2): nan}")]
    [TestCase("{None: 1, True: 2, 1.5: 3, 4: 5}", """{"null": 1, "true": 2, "1.5": 3, "4": 5}""")]
    [TestCase("{'s': {1}, 'b': b'x', 't': (1, 2)}", """{"s": "{1}", "b": "b'x'", "t": [1, 2]}""")]
    [TestCase("{'d': datetime.date(2020, 1, 2), 'e': decimal.Decimal('1.50')}", """{"d": "2020-01-02", "e": "1.50"}""")]
    [TestCase("{'n': N(1, nan)}", """{"n": [1, null]}""")]
    [TestCase("{'p': D(1)}", """{"p": "D(x=1)"}""")]
    [TestCase("{'a': Array([1, nan]), 'i': Array(3)}", """{"a": [1, null], "i": 3}""")]
    [TestCase("OrderedDict(a=nan)", """{"a": null}""")]
    [TestCase("{1: 'a', '1': 'b'}", "{1: 'a', '1': 'b'}")]
    [TestCase("{'a': [{None: 1, 'null': 2}]}", "{'a': [{None: 1, 'null': 2}]}")]
    [TestCase("{'a': ({True: 1, 'true': 2},)}", "{'a': ({True: 1, 'true': 2},)}")]
    [TestCase("{nan: 1, 'nan': 2}", "{nan: 1, 'nan': 2}")]
    [TestCase("{1: 'a', '2': 'b'}", """{"1": "a", "2": "b"}""")]
    [TestCase("['\\ud800x']", """["\ud800x"]""")]
    [TestCase("nan", "nan")]
    [TestCase("(1, nan)", "(1, nan)")]
    [TestCase("{1}", "{1}")]
    [TestCase("b'x'", "b'x'")]
    public async Task Render_EachKindOfValue_IsJsonOrPlainTextWhereverItIsGiven(string value, string expected)
    {
        await RunAsync("""
            import datetime, decimal
            from collections import OrderedDict, namedtuple
            from dataclasses import dataclass
            nan, inf = float('nan'), float('inf')
            N = namedtuple('N', 'a b')
            @dataclass
            class D:
                x: int
            class Array:
                def __init__(self, values): self.values = values
                def tolist(self): return self.values
            """);

        foreach (string code in (string[])["x = VALUE\nFINAL(x)", "x = VALUE\nFINAL_VAR('x')", "x = VALUE\nFINAL_VAR(x)", "answer['content'] = VALUE\nanswer['ready'] = True"])
        {
            CellResult result = await RunAsync(code.Replace("VALUE", value));

            result.FinalAnswer.ShouldBe(expected, code + result.Error?.Traceback);
            if (expected[0] is '[' || expected[..2] is "{\"")
            {
                using JsonDocument parsed = JsonDocument.Parse(expected);
            }
        }
    }

    [Test]
    public async Task RenewAnswer_ADraftAndABoundName_AreGone()
    {
        EmbeddedRepl repl = await OpenAsync();
        await RunAsync(repl, "answer['content'] = 'old'\nkept = answer");

        await repl.RenewAnswerAsync();

        (await RunAsync(repl, "print(answer, kept)")).Stdout.ShouldBe("{'content': '', 'ready': False} {'content': 'old', 'ready': False}\n");
        await RunAsync(repl, "answer = {'content': 'mine', 'ready': False}");
        await repl.RenewAnswerAsync();
        CellResult stale = await RunAsync(repl, "answer['ready'] = True");
        stale.FinalAnswer.ShouldBeNull();
        stale.AnswerFault.ShouldNotBeNull();
    }
}
