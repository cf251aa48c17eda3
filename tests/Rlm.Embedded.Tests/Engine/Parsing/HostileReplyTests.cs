using System.Diagnostics;
using NUnit.Framework;
using Rlm.Embedded.Engine.Parsing;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>Replies of 1 MB that make a quadratic reader hang.</summary>
[TestFixture]
internal sealed class HostileReplyTests
{
    private const int Length = 1_000_000;

    /// <summary>What is repeated.</summary>
    private static readonly string[] Shards =
    [
        "`", "~", "(", ")", "'", "\"", "\\", " ", "\t", "\n", "\r\n", "#", "x", "<", "[", "◁", "</", "```", "```\n", "````\n```\n", "```repl", "```repl\n", "```repl x = 1", "`a` ", "` ``",
        "FINAL(", "FINAL(\n", "FINAL_VAR(\n", "FINAL()\n", "FINAL(1) ", "FINAL(\"", "FINAL(\"\"\"\n", "FINAL('a' ", "FINAL(a\n```\n", "FINAL(1)FINAL(", "</think>FINAL(", "a) b\n", "(\n", ":)", " :( ",
        "<think>", "<think>\n", "</think>", "</think>\n", "<think>a</think>", "<think><thinking>", "<think>\n<thinking>\n", "[THINK]", "[THINK]a[/THINK]", "<|think|>", "<think a=",
        "analysis", "assistantfinal", "Here is my thought process:", "<|channel|>", "<|channel|>analysis", "<|start|>", "<|start|>assistant<|channel|>", "<|channel|>analysis<|message|>",
        "<|channel|>commentary to=python<|message|>", "<|channel|>final<|message|>", "<|message|>", "<|start|>user", "<|im_start|>", "<|im_start|>assistant\n", "<|im_end|>", "</s>", "<s>", "<|user|>",
        "<tool_call>", "<tool_call>\n", "<tool_call>{", "<tool_call></tool_call>", "<function=", "<function=python>\n", "<invoke ", "<invoke name=\"python\">\n", "<function_calls>\n", "<|python_tag|>",
        "[TOOL_CALLS]", "[TOOL_CALLS]\n", "<execute>", "<execute>\n", "<execute>x</execute>", "<code>\nno\n</code>\n", "<parameter", "<arg_key>", "{\"code\":", "{\"code\": \"", "[", "{", "{\"a\":1}", "</tool_call>",
        "<answer>", "<answer>FINAL(", "**", "\\boxed{", "x = 1\n", "f(", "'''\n", "\"\"\"", "```\n'''\n", "```text\n", "```markdown\n", "```markdown\n```repl\n", "````python\n```repl\n", "x```", "- ", "1) ", "😀", "\ud800",
        "</think>\n```text\n\n", "<|start|>````\n```\n", "</s>\n```text\n\nFINAL(1)FINAL(\n", "```markdown\n```repl\n\n</s>", "````\n```\n[THINK]a[/THINK]", "<|channel|>```FINAL(a\n```\n",
        "<|im_end|>` ``FINAL('a' ", "\"\"\"\\\nFINAL(\"", "```repl\n```markdown\n```repl\n<|im_end|><|python_tag|>", "````text\n```\n(", "````python\nx\n```\n```repl\n",
    ];

    private static readonly string[] Heads =
        ["", "FINAL(", "FINAL(\"\"\"", "```repl\n", "```\n", "````python\n", "<think>", "<tool_call>", "<|python_tag|>", "<|channel|>analysis<|message|>", "{\"code\": \"", "`", "A <think> of ", "<execute>"];

    private static readonly string[] Tails =
        ["", ")", "\n)", "\"\"\")", "</think>", "</think>FINAL(42)", "</tool_call>", "</code>", "```", "\n```\n", "\n````\n", "<|message|>", "<|end|>", "}", "[/THINK]", "\n```repl\nx = 1\n```"];

    /// <summary>No time is measured finely: linear, each takes milliseconds; quadratic, a single one takes minutes.</summary>
    [Test]
    public void Parse_OneMegabyteOfAnything_EndsSoon()
    {
        foreach (var shard in Shards)
        {
            Check(Repeat(shard, Length), shard);
        }
    }

    [Test]
    public void Parse_AnythingBehindAnything_EndsSoon()
    {
        foreach (var head in Heads)
        {
            foreach (var shard in Shards)
            {
                Check(head + Repeat(shard, Length / 10), head + shard);
            }
        }
    }

    /// <summary>Every seed but this one finds other mixtures.</summary>
    [Test]
    public void Parse_MixturesOfAnything_EndSoon()
    {
        var random = new Random(9);
        for (var i = 0; i < 400; i++)
        {
            var mixture = string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Any(random, Shards) + (random.Next(3) == 0 ? "\n" : "")));
            var head = Any(random, Heads);
            var tail = Any(random, Tails);
            Check(head + Repeat(mixture, Length / 2) + tail, head + mixture + tail);
        }
    }

    private static void Check(string reply, string name)
    {
        var clock = Stopwatch.StartNew();
        ResponseParser.Parse(reply).ShouldNotBeNull();
        clock.Elapsed.TotalSeconds.ShouldBeLessThan(20, name);
    }

    private static string Any(Random random, string[] texts) => texts[random.Next(texts.Length)];

    private static string Repeat(string shard, int length) => string.Concat(Enumerable.Repeat(shard, length / shard.Length));
}
