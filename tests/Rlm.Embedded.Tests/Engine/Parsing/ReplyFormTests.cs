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
    ];

    private static readonly TestCaseData[] Faults =
    [
        N("unclosed reasoning", "<think>\n" + Bad, ReplyFault.UnclosedReasoning), N("only reasoning", "<think>x</think>", ReplyFault.OnlyReasoning),
        N("unclosed", "FINAL(the answer is\n" + Bad, ReplyFault.UnclosedFinal), N("fence", "```text\nFINAL(42)\n```", ReplyFault.FinalInFence),
        N("sentence", "So the answer is FINAL(50).", ReplyFault.FinalInSentence), N("boxed", "\\boxed{50}", ReplyFault.Boxed),
        N("tool", "<tool_call>{\"name\": \"search\", \"arguments\": {\"q\": \"x\"}}</tool_call>", ReplyFault.ToolCall),
        N("invented", "Hm.<|im_end|>\n<|im_start|>user\nOutput: 3\nFINAL(3)", ReplyFault.InventedTurn), N("empty", "FINAL()", ReplyFault.EmptyFinal),
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

    [Test]
    public void AnswerOf_ClosingTagOnly_IsTheAnswer() => SpokenReply.AnswerOf("hmm</think>Paris").ShouldBe("Paris");

    private static TestCaseData F(string name, string reply, string answer = "42") => new TestCaseData(reply, answer).SetArgDisplayNames(name);

    private static TestCaseData C(string name, string reply) => new TestCaseData(reply).SetArgDisplayNames(name);

    private static TestCaseData N(string name, string reply, ReplyFault fault) => new TestCaseData(reply, fault).SetArgDisplayNames(name);
}
