namespace Rlm.Embedded.Tests.Engine.Parsing;

/// <summary>A reply and what is in it.</summary>
/// <param name="Text">The reply.</param>
/// <param name="Blocks">The code that is to run.</param>
/// <param name="Final">The answer that is to be taken, or null.</param>
internal sealed record GoodReply(string Text, string[] Blocks, string? Final)
{
    private static readonly string[] Fences = ["```repl", "```python", "```py", "````repl", "~~~python", "~~~~~repl"];
    private static readonly string[] Codes =
    [
        "x = 1", "for c in context[:3]:\n    print(c)", "p = \"\"\"Use:\n```python\nno = 1\n```\n\"\"\"\nprint(llm_query(p))", "s = t.split('</think>')\nprint(s)", "answer['ready'] = True",
    ];

    private static readonly (string Text, string? Final)[] Finals =
    [
        ("FINAL(42)", "42"), ("FINAL(Paris (France))", "Paris (France)"), ("FINAL(\"a (b\")", "a (b"), ("FINAL_VAR(result)", "result"), ("FINAL(one\ntwo\nthree)", "one\ntwo\nthree"),
        ("FINAL(Here:\n```json\n{\"a\": 1}\n```\n)", "Here:\n```json\n{\"a\": 1}\n```"), ("FINAL(\"\"\"Use:\n```python\nx = 1\n```\n\"\"\")", "Use:\n```python\nx = 1\n```\n"), ("**FINAL(42)**", "42"),
    ];

    /// <summary>Replies with code, with an answer, and with both.</summary>
    public static IEnumerable<GoodReply> All
    {
        get
        {
            foreach (var code in Codes)
            {
                foreach (var fence in Fences)
                {
                    yield return new GoodReply(Block(fence, code), [code], null);
                }
            }

            foreach (var (text, final) in Finals)
            {
                yield return new GoodReply(text, [], final);
                yield return new GoodReply(Block("```repl", "x = 1") + "\n" + text, ["x = 1"], final);
            }

            yield return new GoodReply("First.\n" + Block("```repl", "a = 1") + "\nThen.\n" + Block("```python", "b = 2"), ["a = 1", "b = 2"], null);
            yield return new GoodReply("<tool_call>{\"name\": \"python\", \"arguments\": {\"code\": \"x = 1\"}}</tool_call>", ["x = 1"], null);
            yield return new GoodReply("<execute>\nx = 1\n</execute>", ["x = 1"], null);
        }
    }

    private static string Block(string fence, string code) => $"{fence}\n{code}\n{fence.TrimEnd("replpython".ToCharArray())}";
}
