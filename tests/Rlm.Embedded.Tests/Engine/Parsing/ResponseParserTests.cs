using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

[TestFixture]
internal sealed class ResponseParserTests
{
    private static readonly TestCaseData[] BlockCases =
    [
        Case("repl fence", "```repl\nx = 1\n```", "x = 1"),
        Case("python fence", "```python\nx = 1\n```", "x = 1"),
        Case("py fence", "```py\nx = 1\n```", "x = 1"),
        Case("python3 fence", "```python3\nx = 1\n```", "x = 1"),
        Case("tool_code fence", "```tool_code\nx = 1\n```", "x = 1"),
        Case("upper case", "```Python\nx = 1\n```", "x = 1"),
        Case("space before language", "``` repl\nx = 1\n```", "x = 1"),
        Case("tilde fence", "~~~repl\nx = 1\n~~~", "x = 1"),
        Case("tilde fence, back-ticks in it", "~~~repl\nx = '''\n```\n'''\n~~~", "x = '''\n```\n'''"),
        Case("tilde operator is no fence", "```repl\ny = ~~~x\n```", "y = ~~~x"),
        Case("four ticks", "````repl\nx = 1\n````", "x = 1"),
        Case("four ticks closed by three", "````repl\nx = 1\n```\nprose", "x = 1"),
        Case("prose around", "I look.\n\n```repl\nprint(1)\n```\nThen I wait.", "print(1)"),
        Case("two blocks", "```repl\na = 1\n```\nand\n```python\nb = 2\n```", "a = 1", "b = 2"),
        Case("three blocks, mixed fences", "```repl\na = 1\n```\n~~~py\nb = 2\n~~~\n```\nc = f(3)\n```", "a = 1", "b = 2", "c = f(3)"),
        Case("CRLF", "```repl\r\nx = 1\r\ny = 2\r\n```\r\n", "x = 1\ny = 2"),
        Case("CRLF inside a string", "```repl\r\nx = '''a\r\nb'''\r\n```", "x = '''a\nb'''"),
        Case("indented fence", "1. Do\n   ```repl\n   for i in x:\n       print(i)\n   ```", "for i in x:\n    print(i)"),
        Case("indented fence, code at column 0", "  ```repl\nif x:\n    y = 1\n  ```", "if x:\n    y = 1"),
        Case("code indented, fence not", "```repl\n    x = 1\n    y = 2\n```", "x = 1\ny = 2"),
        Case("tabs", "\t```repl\n\tif x:\n\t\ty = 1\n\t```", "if x:\n\ty = 1"),
        Case("dedent with bracket continuation", "  ```repl\n  x = f(\n1)\n  y = 2\n  ```", "x = f(\n1)\ny = 2"),
        Case("indented, string at column 0", "    ```repl\n    x = '''\nraw\n      two\n    '''\n    ```", "x = '''\nraw\n  two\n'''"),
        Case("code indented, string text kept", "```repl\n    x = '''\n    raw\n    '''\n```", "x = '''\n    raw\n    '''"),
        Case("unclosed last fence", "Text\n```repl\nx = 1\nprint(x)", "x = 1\nprint(x)"),
        Case("unclosed second fence", "```repl\na = 1\n```\n```repl\nb = 2", "a = 1", "b = 2"),
        Case("unclosed, then next opens", "```repl\na = 1\n```repl\nb = 2\n```", "a = 1", "b = 2"),
        Case("fence in triple double quotes", "```repl\np = \"\"\"\n```\ncode\n```\n\"\"\"\nprint(p)\n```", "p = \"\"\"\n```\ncode\n```\n\"\"\"\nprint(p)"),
        Case("fence in triple single quotes", "```repl\np = '''\n```python\nx\n```\n'''\nprint(p)\n```\nend", "p = '''\n```python\nx\n```\n'''\nprint(p)"),
        Case("one nested fence line", "```repl\np = f\"\"\"a\n```\n{b}\"\"\"\nprint(p)\n```", "p = f\"\"\"a\n```\n{b}\"\"\"\nprint(p)"),
        Case("back-ticks in a short string", "```repl\ns = '```'\nt = \"```repl\"\n```", "s = '```'\nt = \"```repl\""),
        Case("back-ticks in a comment", "```repl\nx = 1  # see ``` there\ny = 2\n```", "x = 1  # see ``` there\ny = 2"),
        Case("escaped quote before a fence", "```repl\ns = 'it\\'s'\n```\nIt's done", "s = 'it\\'s'"),
        Case("apostrophe in a comment", "```repl\n# don't\nx = 1\n```", "# don't\nx = 1"),
        Case("quotes in quotes", "```repl\ns = \"'''\"\nt = 1\n```\nit's '''", "s = \"'''\"\nt = 1"),
        Case("string never closed", "```repl\ns = '''oops\n```\nprose\n```repl\ny = 2\n```", "s = '''oops", "y = 2"),
        Case("string never closed, last block", "```repl\ns = '''oops\n```\nprose", "s = '''oops"),
        Case("closing fence on the code's line", "```repl\nprint(1)```\nDone.", "print(1)"),
        Case("closing fence behind a long string", "```repl\ns = '''\na'''```\nDone.", "s = '''\na'''"),
        Case("one line", "```repl print(1)```", "print(1)"),
        Case("code on the fence's line", "```repl x = 1\ny = 2\n```", "x = 1\ny = 2"),
        Case("attribute on the fence", "```python title=\"a.py\"\nx = 1\n```", "x = 1"),
        Case("braces on the fence", "```python {.numberLines}\nx = 1\n```", "x = 1"),
        Case("bare fence with Python", "```\nimport re\nhits = re.findall('a', context)\nprint(len(hits))\n```", "import re\nhits = re.findall('a', context)\nprint(len(hits))"),
        Case("bare fence, one call", "```\nprint(context[:100])\n```", "print(context[:100])"),
        Case("bare fence, loop", "```\nfor x in y:\n    print(x)\n```", "for x in y:\n    print(x)"),
        Case("bare fence, awaited", "```\nr = await llm_query('x')\n```", "r = await llm_query('x')"),
        Case("bare fence, FINAL_VAR call", "```\nFINAL_VAR(result)\n```", "FINAL_VAR(result)"),
        Case("bare fence, string with a fence", "```\np = '''\n```\nx\n```\n'''\nprint(p)\n```", "p = '''\n```\nx\n```\n'''\nprint(p)"),
        Case("bare fence with prose", "```\nThe answer is in chapter 3.\n```"),
        Case("bare fence with output", "```\nhits: 3\n1 | The magic number\n```"),
        Case("bare fence with traceback", "```\nTraceback (most recent call last):\nValueError: x\n```"),
        Case("bare fence with JSON", "```\n{\"a\": [1, 2]}\n```"),
        Case("bare fence with a number", "```\n42\n```"),
        Case("bare fence with shell", "```\npip install numpy\n```"),
        Case("bare fence with a prompt", "```\n>>> print(1)\n1\n```"),
        Case("json fence", "```json\n{\"a\": 1}\n```"),
        Case("text fence with code in it", "```text\nprint(1)\n```"),
        Case("bash fence then repl", "```bash\nls\n```\n```repl\nx = 1\n```", "x = 1"),
        Case("json fence not closed then repl", "```json\n{}\n\n```repl\nx = 1\n```", "x = 1"),
        Case("inline code", "Use ```x = f(1)``` here and `y`."),
        Case("inline code at line start", "```python``` is the language."),
        Case("empty block", "```repl\n```"),
        Case("blank block", "```repl\n   \n\n```"),
        Case("no fence", "x = 1"),
        Case("blank lines around code", "```repl\n\n\nx = 1\n\n```", "x = 1"),
        Case("first line indented deeper", "```repl\n\n  x = 1\n  if x:\n    y = 2\n```", "x = 1\nif x:\n  y = 2"),
        Case("unicode", "```repl\ns = 'é𝒳\\u2028'\n```", "s = 'é𝒳\\u2028'"),
        Case("think before", "<think>\nI could run\n```repl\nbad()\n```\n</think>\n```repl\nx = 1\n```", "x = 1"),
        Case("think on one line", "<think>hm</think>```repl\nx = 1\n```", "x = 1"),
        Case("think without opening", "I could run\n```repl\nbad()\n```\n</think>\n\n```repl\nx = 1\n```", "x = 1"),
        Case("think never closed", "<think>\n```repl\nx = 1\n```"),
        Case("thinking tag", "<thinking>hm</thinking>\n```repl\nx = 1\n```", "x = 1"),
        Case("think tags in code", "```repl\ns = t.split('</think>')\nu = '''\n<think>\na\n</think>\n'''\n```", "s = t.split('</think>')\nu = '''\n<think>\na\n</think>\n'''"),
        Case("think mentioned in prose", "I strip the <think> tag.\n```repl\nx = 1\n```", "x = 1"),
        Case("think opened late and never closed", "Text\n<think>\n```repl\nx = 1\n```"),
    ];

    private static readonly TestCaseData[] FinalCases =
    [
        Final("plain", "FINAL(42)", "42"),
        Final("text before", "I know.\n\nFINAL(42)", "42"),
        Final("text after", "FINAL(42)\n\nThat is it.", "42"),
        Final("indented", "   FINAL(42)", "42"),
        Final("bold", "**FINAL(42)**", "42"),
        Final("in back-ticks", "`FINAL(42)`", "42"),
        Final("full stop behind", "FINAL(42).", "42"),
        Final("CRLF", "FINAL(42)\r\nbye", "42"),
        Final("nested parentheses", "FINAL(Paris (the capital (of France)))", "Paris (the capital (of France))"),
        Final("several lines", "FINAL(one\ntwo\nthree)", "one\ntwo\nthree"),
        Final("several lines with parentheses", "FINAL(one (1)\ntwo (2)\n)", "one (1)\ntwo (2)"),
        Final("apostrophe", "FINAL(It's the king's)", "It's the king's"),
        Final("smiley", "FINAL(yes :) indeed)", "yes :) indeed"),
        Final("double quotes", "FINAL(\"a (b\")", "a (b", literal: true),
        Final("single quotes", "FINAL('a)b')", "a)b", literal: true),
        Final("triple quotes", "FINAL(\"\"\"a\nb) c\n\"\"\")", "a\nb) c\n", literal: true),
        Final("escapes", "FINAL(\"a\\n\\\"b\\\"\")", "a\n\"b\"", literal: true),
        Final("raw string", "FINAL(r'a\\n')", "a\\n", literal: true),
        Final("quote inside", "FINAL(He said \"no\")", "He said \"no\""),
        Final("quoted start only", "FINAL(\"No\" he said)", "\"No\" he said"),
        Final("expression", "FINAL(\", \".join(names))", "\", \".join(names)"),
        Final("f-string", "FINAL(f\"{x}\")", "f\"{x}\""),
        Final("the last one counts", "FINAL(1)\nNo, wait.\nFINAL(2)", "2"),
        Final("open parenthesis in text", "FINAL(a :( b)\nMore.\n", "a :( b"),
        Final("variable", "FINAL_VAR(result)", "result", variable: true),
        Final("variable in quotes", "FINAL_VAR(\"result\")", "result", variable: true, literal: true),
        Final("variable in single quotes", "FINAL_VAR('result')", "result", variable: true, literal: true),
        Final("variable in back-ticks", "FINAL_VAR(`result`)", "result", variable: true),
        Final("variable with spaces", "FINAL_VAR( result )", "result", variable: true),
        Final("after a block", "```repl\nx = 1\n```\nFINAL_VAR(x)", "x", variable: true),
        Final("before a block", "FINAL_VAR(x)\n```repl\nx = 1\n```", "x", variable: true),
        Final("in a bare fence that is no Python", "```\nFINAL(The answer is 42)\n```", "The answer is 42"),
        Final("after think", "<think>FINAL(1)</think>\nFINAL(2)", "2"),
        Final("braces", "FINAL({\"a\": {\"b\": 1}})", "{\"a\": {\"b\": 1}}"),
        NoFinal("cut off", "FINAL(the answer is long and"),
        NoFinal("inside a sentence", "I will call FINAL(42) later."),
        NoFinal("text behind on the line", "FINAL(42) is what I would say."),
        NoFinal("in a block", "```repl\nFINAL(42)\n```"),
        NoFinal("in a text fence", "```text\nFINAL(42)\n```"),
        NoFinal("in thinking", "<think>\nFINAL(42)\n</think>\nHm."),
        NoFinal("empty", "FINAL()"),
        NoFinal("blank", "FINAL( )"),
        NoFinal("empty quotes", "FINAL(\"\")"),
        NoFinal("lower case", "final(42)"),
        NoFinal("other name", "FINALLY(42)"),
    ];

    [TestCaseSource(nameof(BlockCases))]
    public void Parse_Reply_GivesItsBlocks(string reply, string[] blocks) => ResponseParser.Parse(reply).Blocks.ShouldBe(blocks);

    [TestCaseSource(nameof(FinalCases))]
    public void Parse_Reply_GivesItsProseFinal(string reply, string? argument, bool variable, bool literal) =>
        ResponseParser.Parse(reply).Final.ShouldBe(argument is null ? null : new ProseFinal(argument, variable, literal));

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" \r\n\t")]
    public void Parse_NothingVisible_GivesNothing(string? reply)
    {
        var parsed = ResponseParser.Parse(reply);

        parsed.Blocks.ShouldBeEmpty();
        parsed.Final.ShouldBeNull();
        parsed.Visible.ShouldBeEmpty();
    }

    [Test]
    public void Parse_ThinkParts_SplitsThemOff()
    {
        var parsed = ResponseParser.Parse("<think>first</think>\nHello\n<think>second\nline</think>\nworld");

        parsed.Reasoning.ShouldBe("first\n\nsecond\nline");
        parsed.Visible.ShouldBe("\nHello\n\nworld");
    }

    [Test]
    public void Parse_NoThinkParts_KeepsTheVeryString()
    {
        const string Reply = "I think > all\n```repl\nx = 1\n```";

        ResponseParser.Parse(Reply).Visible.ShouldBeSameAs(Reply);
    }

    [Test]
    public void Parse_OnlyThinking_HasNothingVisible()
    {
        var parsed = ResponseParser.Parse("<think>only this");

        parsed.Visible.ShouldBeEmpty();
        parsed.Reasoning.ShouldBe("only this");
    }

    private static TestCaseData Case(string name, string reply, params string[] blocks) =>
        new TestCaseData(reply, blocks).SetArgDisplayNames(name);

    private static TestCaseData Final(string name, string reply, string argument, bool variable = false, bool literal = false) =>
        new TestCaseData(reply, argument, variable, literal).SetArgDisplayNames(name);

    private static TestCaseData NoFinal(string name, string reply) =>
        new TestCaseData(reply, null, false, false).SetArgDisplayNames("none: " + name);
}
