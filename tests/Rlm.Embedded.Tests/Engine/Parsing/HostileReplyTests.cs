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
    ];

    private static readonly string[] Heads =
        ["", "FINAL(", "FINAL(\"\"\"", "```repl\n", "```\n", "````python\n", "<think>", "<tool_call>", "<|python_tag|>", "<|channel|>analysis<|message|>", "{\"code\": \"", "`", "A <think> of ", "<execute>"];

    /// <summary>No time is measured finely: linear, all of it takes seconds; quadratic, a single one takes minutes.</summary>
    [Test]
    public void Parse_OneMegabyteOfAnything_EndsSoon()
    {
        var clock = Stopwatch.StartNew();
        foreach (var shard in Shards)
        {
            var started = clock.Elapsed;
            ResponseParser.Parse(Repeat(shard, Length)).ShouldNotBeNull();
            (clock.Elapsed - started).TotalSeconds.ShouldBeLessThan(20, shard);
        }
    }

    [Test]
    public void Parse_AnythingBehindAnything_EndsSoon()
    {
        var clock = Stopwatch.StartNew();
        foreach (var head in Heads)
        {
            foreach (var shard in Shards)
            {
                var started = clock.Elapsed;
                ResponseParser.Parse(head + Repeat(shard, Length / 10)).ShouldNotBeNull();
                (clock.Elapsed - started).TotalSeconds.ShouldBeLessThan(20, head + shard);
            }
        }
    }

    private static string Repeat(string shard, int length) => string.Concat(Enumerable.Repeat(shard, length / shard.Length));
}
