using NUnit.Framework;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Tests.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Engine.Prompts;

/// <summary>What is said of contexts as they are loaded.</summary>
public sealed class ContextDescriptionTests : ReplTest
{
    private static readonly TestCaseData[] s_contexts =
    [
        Case(RlmContext.FromText(""), "an empty str."),
        Case(RlmContext.FromText("one"), "a str of 3 characters in 1 line without a line ending."),
        Case(RlmContext.FromText("é\n"), @"a str of 2 characters in 1 line ending in `\n`."),
        Case(RlmContext.FromText("a\r\nbcd\r\n"), @"a str of 8 characters in 2 lines ending in `\r\n`, the longest of 3 characters."),
        Case(RlmContext.FromText("a\rb\r"), @"a str of 4 characters in 2 lines ending in `\r`, the longest of 1 character."),
        Case(RlmContext.FromText("a\r\nbc\n\U0001F600\n"), @"a str of 8 characters in 3 lines with mixed endings (2 `\n`, 1 `\r\n`), the longest of 2 characters."),
        Case(RlmContext.FromTexts([]), "an empty list."),
        Case(RlmContext.FromTexts(["", ""]), "a list of 2 empty str."),
        Case(RlmContext.FromTexts(["a\nb", "c"]), @"a list of 2 str, 4 characters in all, in 3 lines ending in `\n`, the longest of 1 character; their lengths: 3, 1."),
        Case(RlmContext.FromTexts(Enumerable.Range(1, 1_204).Select(i => new string('x', i))),
            "a list of 1,204 str, 725,410 characters in all, in 1,204 lines without a line ending, the longest of 1,204 characters; their lengths: 1 to 1,204, median 603, the first 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12."),
        Case(RlmContext.FromJson("""{}"""), "an empty dict."),
        Case(RlmContext.FromJson("""12"""), "one int."),
        Case(RlmContext.FromJson("\"a\\r\\n\""), @"a str of 3 characters in 1 line ending in `\r\n`."),
        Case(RlmContext.FromJson("""{"a": "x\ny", "b": "z"}"""), @"a dict of 2 str, 4 characters in all, in 3 lines ending in `\n`, the longest of 1 character; keys with the lengths of their values: 'a' 3, 'b' 1."),
        Case(RlmContext.FromJson("""{"n": 1, "rows": [{"id": 1, "t": "x"}, {"id": 2}], "meta": {"tags": ["a"], "empty": {}}}"""),
            "a dict of 3 dict or int or list, 61 characters in all; keys with the lengths of their values: "
            + "'n' (int) 1, 'rows' (list of 2 dict with the keys 'id' (int), 't' (str, in 1 of 2)) 32, 'meta' (dict of 2 with the keys 'tags' (list of 1 str), 'empty' (dict of 0)) 28."),
        Case(RlmContext.FromJson("""[{"id": 1, "v": null}, {"id": "x"}]"""),
            "a list of 2 dict, 31 characters in all; their lengths: 20, 11; each is a dict with the keys 'id' (int or str), 'v' (NoneType, in 1 of 2)."),
        Case(RlmContext.FromJson("{" + string.Join(", ", Enumerable.Range(0, 50).Select(i => $"\"k{i}\": {{\"x\": 1}}")) + "}"),
            "a dict of 50 dict, 400 characters in all; each is a dict with the key 'x' (int); keys with the lengths of their values: "
            + string.Join(", ", Enumerable.Range(0, 40).Select(i => $"'k{i}' 8")) + ", and 10 more."),
        Case(RlmContext.FromMessages([new(Microsoft.Extensions.AI.ChatRole.User, "hello")]),
            "a list of 1 dict, 5 characters in all; their lengths: 5; each is a dict with the keys 'role' (str), 'content' (str)."),
    ];

    [TestCaseSource(nameof(s_contexts))]
    public async Task Of_LoadedContext_SaysWhatItIs(RlmContext context, string expected)
    {
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = context });

        ContextDescription.Of(repl.Context).Text.ShouldBe("`context` is " + expected);
    }

    /// <summary>However large or wild a context is, what is said of it stays short.</summary>
    [Test]
    public async Task Of_WildJson_StaysShortAndOnOneLine()
    {
        string wide = "{" + string.Join(", ", Enumerable.Range(0, 90).Select(i => $"\"{i}\\n{new string('k', 500)}\": [{{\"{new string('n', 900)}\": {{\"deep\": {{\"deeper\": [1, 2]}}}}}}]")) + "}";
        EmbeddedRepl repl = await OpenAsync(new ReplSessionOptions { Context = RlmContext.FromJson(wide) });

        string said = ContextDescription.Of(repl.Context).Text;

        said.Length.ShouldBeLessThan(4_500);
        said.ShouldNotContain("\n");
    }

    private static TestCaseData Case(RlmContext context, string expected) => new TestCaseData(context, expected).SetArgDisplayNames(expected);
}
