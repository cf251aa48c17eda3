using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>The forms in which models write an answer, code or neither.</summary>
[TestFixture]
internal sealed class ReplyFormTests
{
    private const string Bad = "```repl\nbad()\n```\n";

    private static readonly TestCaseData[] Answers =
    [
        F("json fence", "FINAL(Here:\n```json\n{\"a\": 1}\n```\n)", "Here:\n```json\n{\"a\": 1}\n```"),
        F("python fence", "FINAL(Use:\n```python\nbad()\n```\n)", "Use:\n```python\nbad()\n```"),
        F("fence in a triple literal", "FINAL(\"\"\"Use:\n```python\nbad()\n```\n\"\"\")", "Use:\n```python\nbad()\n```\n"),
        F("list 1)", "FINAL(Steps:\n1) look\n2) count\n)", "Steps:\n1) look\n2) count"),
        F("list a)", "FINAL(Options:\na) x\nb) y)", "Options:\na) x\nb) y"),
        F("smiley", "FINAL(Great :)\nThe answer is 5)", "Great :)\nThe answer is 5"),
        F("expression", "FINAL_VAR(\"res['k']\")", "res['k']"),
        F("index", "FINAL_VAR(res[0])", "res[0]"),
        F("spaces", "FINAL_VAR(\" result \")", "result"),
        F("quoted words", "FINAL(\"a\" and \"b\")", "\"a\" and \"b\""),
        F("joined literals", "FINAL(\"a\"\n\"b\")", "ab"),
        F("second", "FINAL(one)\n\nFINAL(two)", "two"),
        F("close tag", "hmm</think>FINAL(42)"),
        F("[THINK]", "[THINK]FINAL(1)[/THINK]FINAL(42)"),
        F("thought", "<thought>\nFINAL(1)\n</thought>\nFINAL(42)"),
        F("reasoning", "<Reasoning>\n" + Bad + "</Reasoning>\nFINAL(42)"),
        F("seed", "<seed:think>\n" + Bad + "</seed:think>FINAL(42)"),
        F("upper", "<THINK>\nFINAL(1)\n</THINK>\nFINAL(42)"),
        F("nested", "<think>\na\n<think>\nb\n</think>\nFINAL(1)\n</think>\nFINAL(42)"),
        F("attribute", "<think budget=\"3\">\nFINAL(1)\n</think>\nFINAL(42)"),
        F("mixed", "<thinking>\nFINAL(1)\n</think>\nFINAL(42)"),
        F("thought tokens", "<|begin_of_thought|>\n" + Bad + "<|end_of_thought|>\nFINAL(42)"),
        F("cohere", "<|START_THINKING|>" + Bad + "<|END_THINKING|><|START_RESPONSE|>FINAL(42)<|END_RESPONSE|>"),
        F("kimi", "◁think▷FINAL(1)◁/think▷FINAL(42)"),
        F("gemma", "<|channel>thought\nFINAL(1)\n<channel|>FINAL(42)<turn|>"),
        F("harmony", "<|channel|>analysis<|message|>FINAL(1)<|end|><|start|>assistant<|channel|>final<|message|>FINAL(42)<|return|>"),
        F("harmony without marks", "analysisWe think FINAL(1).assistantfinalFINAL(42)"),
        F("</s>", "FINAL(42)</s>"), F("<|im_end|>", "FINAL(42)<|im_end|>"), F("<|eot_id|>", "FINAL(42)<|eot_id|>"),
        F("deepseek end", "FINAL(42)<｜end▁of▁sentence｜>"), F("end, then prose", "FINAL(42)</s>\nbye"),
        F("answer tag", "<think>x</think><answer>FINAL(42)</answer>"),
        F("longer fence", "````markdown\n" + Bad + "````\nFINAL(42)"), F("longer python", "````python\n" + Bad + "````\nFINAL(42)"),
        F("four ticks", "````\n" + Bad + "FINAL(1)\n````\nFINAL(42)"),
        F("parentheses", "FINAL(Paris (France))", "Paris (France)"), F("year", "FINAL(Smith (2020))", "Smith (2020)"), F("order", "FINAL(O(n))", "O(n)"),
        F("equation", "FINAL(f(x) = 3)", "f(x) = 3"), F("json", "FINAL({'a': true})", "{'a': true}"), F("attribute of a variable", "FINAL_VAR(\"a.x\")", "a.x"), F("quoted index", "FINAL_VAR(\"res[0]\")", "res[0]"),
        F("list 1), closed behind", "FINAL(1) one\n2) two)", "1) one\n2) two"), F("roman", "FINAL(Parts:\ni) x\nii) y\n)", "Parts:\ni) x\nii) y"),
        F("two harmony messages", "<|start|>assistant<|channel|>analysis<|message|>" + Bad + "<|end|><|start|>assistant<|channel|>commentary<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>FINAL(42)"),
        F("phi", "<|assistant|>FINAL(42)<|end|>"), F("llama head", "<|start_header_id|>assistant<|end_header_id|>\n\nFINAL(42)<|eot_id|>"), F("chatml head", "<|im_start|>assistant\nFINAL(42)<|im_end|>"),
        F("gemma head", "<start_of_turn>model\nFINAL(42)<end_of_turn>"), F("mistral end", "[/INST]FINAL(42)</s>"), F("two ends", "FINAL(42)<|im_end|><|endoftext|>"), F("end cut off", "FINAL(42)<|im_e"),
        F("literal, end cut off", "FINAL(\"\"\"Use:\n```python\nbad()\n```\n\"\"\")<", "Use:\n```python\nbad()\n```\n"), F("glm box", "<|begin_of_box|>FINAL(42)<|end_of_box|>"),
        F("upper case closing", "hmm</THINK>\nFINAL(42)"), F("seed closing", "hmm</seed:think>FINAL(42)"), F("[THINK] unopened", "hmm FINAL(1)[/THINK]FINAL(42)"), F("thinking tokens", "<|thinking|>FINAL(1)<|/thinking|>FINAL(42)"),
        F("end behind a longer fence", "````md\n" + Bad + "````</s>\nFINAL(42)"), F("tilde example", "~~~\n" + Bad + "~~~\nFINAL(42)"), F("json answer", "FINAL({\"a\": [1, 2]})", "{\"a\": [1, 2]}"),
    ];

    private static readonly TestCaseData[] Codes =
    [
        C("copy", "```python copy\nx = 1\n```"), C("filename", "```python filename=a.py\nx = 1\n```"), C("lines", "```python {1,3}\nx = 1\n```"),
        C("braces", "```{python}\nx = 1\n```"), C("colon", "```python:a.py\nx = 1\n```"), C("code", "```repl x = 1\n```"), C("prose", "Look.```repl\nx = 1\n```"),
        C("end mark", "```repl\nx = 1\n```<|im_end|>"), C("end mark in code", "```repl\nx = 1\n</s>"),
        C("hermes", "<tool_call>{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}</tool_call>"),
        C("qwen coder", "<tool_call>\n<function=python>\n<parameter=code>\nx = 1\n</parameter>\n</function>\n</tool_call>"),
        C("llama", "<function=python>{\"code\": \"x = 1\"}</function>"), C("python_tag", "<|python_tag|>x = 1<|eom_id|>"),
        C("mistral", "[TOOL_CALLS][{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}]"), C("mistral 13", "[TOOL_CALLS]python[ARGS]{\"code\": \"x = 1\"}"),
        C("bare", "{\"code\": \"x = 1\"}"), C("harmony", "<|channel|>commentary to=python code<|message|>x = 1<|call|>"),
        C("harmony json", "<|start|>assistant<|channel|>commentary to=functions.python <|constrain|>json<|message|>{\"code\": \"x = 1\"}<|call|>"),
        C("glm", "<tool_call>python\n<arg_key>code</arg_key>\n<arg_value>x = 1</arg_value>\n</tool_call>"),
        C("kimi", "<|tool_calls_section_begin|><|tool_call_begin|>functions.python:0<|tool_call_argument_begin|>{\"code\": \"x = 1\"}<|tool_call_end|><|tool_calls_section_end|>"),
        C("execute", "<execute>\nx = 1\n</execute>"),
        C("deepseek", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>python\n```json\n{\"code\": \"x = 1\"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        C("deepseek 3.1", "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>python<｜tool▁sep｜>{\"code\": \"x = 1\"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>"),
        C("cohere", "<|START_ACTION|>[{\"tool_call_id\": \"0\", \"tool_name\": \"python\", \"parameters\": {\"code\": \"x = 1\"}}]<|END_ACTION|>"),
        C("internlm", "<|action_start|><|interpreter|>\nx = 1\n<|action_end|>"), C("internlm plugin", "<|action_start|><|plugin|>\n{\"name\": \"python\", \"parameters\": {\"code\": \"x = 1\"}}<|action_end|>"),
        C("gemma", "<start_function_call>call:python{code:<escape>x = 1<escape>}<end_function_call>"), C("invoke", "<invoke name=\"python\">\n<parameter name=\"code\">x = 1</parameter>\n</invoke>"),
        C("function calls", "<function_calls>\n<invoke name=\"python\">\n<parameter name=\"code\">x = 1</parameter>\n</invoke>\n</function_calls>"),
        C("mistral with an id", "[TOOL_CALLS]python[CALL_ID]abc123def[ARGS]{\"code\": \"x = 1\"}"), C("granite", "<|tool_call|>[{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}]"),
        C("llama 4", "<|python_start|>x = 1<|python_end|>"), C("nemotron", "<TOOLCALL>[{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}]</TOOLCALL>"),
        C("openai shape", "{\"tool_calls\": [{\"function\": {\"name\": \"python\", \"arguments\": \"{\\\"code\\\": \\\"x = 1\\\"}\"}}]}"), C("fenced json", "```json\n{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}\n```"),
        C("code_interpreter", "<tool_call>{\"name\": \"code_interpreter\", \"arguments\": {\"code\": \"x = 1\"}}</tool_call>"), C("repl call", "<tool_call>{\"name\": \"repl\", \"arguments\": {\"code\": \"x = 1\"}}</tool_call>"),
        C("text behind", "```repl\nx = 1\n``` Then I wait."), C("tag in python tag", "<python>\nx = 1\n</python>"), C("one line", "```repl x = 1```"), C("reasoning ends in it", "I would\n```repl\nbad()\n</think>\n```repl\nx = 1\n```"),
    ];

    private static readonly TestCaseData[] Faults =
    [
        N("unclosed reasoning", "<think>\n" + Bad, ReplyFault.UnclosedReasoning), N("only reasoning", "<think>x</think>", ReplyFault.OnlyReasoning),
        N("unclosed", "FINAL(the answer is\n" + Bad, ReplyFault.UnclosedFinal), N("fence", "```text\nFINAL(42)\n```", ReplyFault.FinalInFence),
        N("sentence", "So the answer is FINAL(50).", ReplyFault.FinalInSentence), N("boxed", "\\boxed{50}", ReplyFault.Boxed),
        N("tool", "<tool_call>{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}</tool_call>", ReplyFault.ToolCall),
        N("invented", "Hm.<|im_end|>\n<|im_start|>user\nOutput: 3\nFINAL(3)", ReplyFault.InventedTurn), N("empty", "FINAL()", ReplyFault.EmptyFinal),
        N("blank", " \n", ReplyFault.Empty), N("only an end", "<|im_end|>", ReplyFault.Empty), N("literal unclosed", "FINAL(\"\"\"Use:\n" + Bad, ReplyFault.UnclosedFinal), N("one tick", "Hm, `FINAL(42)` it is.", ReplyFault.FinalInSentence),
        N("repl in text", "```text\nSuch as\n```", ReplyFault.None), N("python that is cut", "````python\n```repl\nbad()\n", ReplyFault.None), N("user turn", "Hm.\n<|user|>\nFINAL(3)", ReplyFault.InventedTurn),
        N("two arguments", "<tool_call>{\"name\": \"python\", \"arguments\": {\"code\": \"x\", \"source\": \"y\"}}</tool_call>", ReplyFault.ToolCall), N("call cut", "<tool_call>{\"name\": \"python\", \"arguments\": {\"code\": \"x", ReplyFault.ToolCall),
    ];

    [TestCaseSource(nameof(Answers))]
    public void Parse_Form_GivesTheAnswerAndRunsNothing(string reply, string answer)
    {
        var parsed = ResponseParser.Parse(reply);

        parsed.Final?.Argument.ShouldBe(answer);
        parsed.Final.ShouldNotBeNull();
        parsed.Blocks.ShouldBeEmpty();
    }

    [TestCaseSource(nameof(Codes))]
    public void Parse_Form_GivesTheCode(string reply) => ResponseParser.Parse(reply).Blocks.Select(block => block.Trim()).ShouldBe(["x = 1"]);

    [TestCaseSource(nameof(Faults))]
    public void Parse_Fault_IsNamedAndNothingIsTaken(string reply, object fault)
    {
        var parsed = ResponseParser.Parse(reply);

        parsed.Fault.ShouldBe((ReplyFault)fault);
        parsed.Blocks.ShouldBeEmpty();
        parsed.Final.ShouldBeNull();
    }

    [TestCase("```repl\nx = 1\n``` FINAL(42)")]
    [TestCase("```repl\nx = 1\n```FINAL(42)")]
    [TestCase("```repl x = 1``` FINAL(42)")]
    [TestCase("```repl\nx = 1\n```</s>FINAL(42)")]
    [TestCase("~~~repl\nx = 1\n~~~ FINAL(42)")]
    [TestCase("<execute>\nx = 1\n</execute>\nFINAL(42)")]
    public void Parse_AnswerBehindCode_GivesBoth(string reply)
    {
        var parsed = ResponseParser.Parse(reply);

        parsed.Blocks.Select(block => block.Trim()).ShouldBe(["x = 1"]);
        parsed.Final.ShouldNotBeNull().Argument.ShouldBe("42");
    }

    [TestCase("```repl\nx = 1", true, true)]
    [TestCase("```repl\ns = \"\"\"\n```\n", true, true)]
    [TestCase("```repl\nx = 1\n```\nFINAL(the answer", true, false)]
    [TestCase("```repl\nx = 1\n```\nmore", false, false)]
    [TestCase("<think>x", true, false)]
    [TestCase("<tool_call>{\"name\"", true, false)]
    [TestCase("```text\nx", true, false)]
    [TestCase("FINAL(42)", false, false)]
    public void Parse_Cut_IsMarked(string reply, bool isCut, bool isLastBlockCut)
    {
        var parsed = ResponseParser.Parse(reply);

        parsed.IsCut.ShouldBe(isCut);
        parsed.IsLastBlockCut.ShouldBe(isLastBlockCut);
    }

    [Test]
    public void Parse_CutFinal_IsADraft() => ResponseParser.Parse("FINAL(the answer is long and").Draft.ShouldBe("the answer is long and");

    [TestCase("hmm</think>Paris", "Paris")]
    [TestCase("[THINK]hm[/THINK]Paris", "Paris")]
    [TestCase("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Paris<|return|>", "Paris")]
    [TestCase("Paris<|im_end|>", "Paris")]
    [TestCase("<reasoning>hm</reasoning>\nParis", "Paris")]
    [TestCase("<reasoning>It is Paris.</reasoning>", "<reasoning>It is Paris.</reasoning>")]
    [TestCase("Paris\n<scratchpad>\nhm\n</scratchpad>", "Paris\n<scratchpad>\nhm\n</scratchpad>")]
    [TestCase("Paris</thought> France", "Paris</thought> France")]
    [TestCase("exact  text ", "exact  text ")]
    public void AnswerOf_PlainReply_LosesOnlyNativeReasoning(string reply, string answer) => SpokenReply.AnswerOf(reply).ShouldBe(answer);

    private static IEnumerable<TestCaseData> Marks => ReplyMarks.All.Select(mark => new TestCaseData(mark.Text, mark.Kind).SetArgDisplayNames(mark.Text));

    [TestCaseSource(nameof(Marks))]
    public void Parse_EveryMark_CountsForWhatItIs(string mark, object kind)
    {
        var behind = ResponseParser.Parse("FINAL(42)\n" + mark);

        behind.Final?.Argument.ShouldBe("42");
        (behind.Final is null).ShouldBe((MarkKind)kind == MarkKind.ReasoningEnd); // all before it was reasoning
        behind.Visible.ShouldNotContain(mark);
    }

    private static TestCaseData F(string name, string reply, string answer = "42") => new TestCaseData(reply, answer).SetArgDisplayNames(name);

    private static TestCaseData C(string name, string reply) => new TestCaseData(reply).SetArgDisplayNames(name);

    private static TestCaseData N(string name, string reply, ReplyFault fault) => new TestCaseData(reply, fault).SetArgDisplayNames(name);
}
