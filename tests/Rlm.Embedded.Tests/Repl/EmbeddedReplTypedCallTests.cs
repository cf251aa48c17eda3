using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

public sealed class EmbeddedReplTypedCallTests : ReplTest
{
    private const string Png = "b'\\x89PNG\\r\\n\\x1a\\n123'";

    [Test]
    public async Task LlmQuery_Schema_ReachesTheHandlerAsJson()
    {
        SubCall? seen = null;
        EmbeddedRepl repl = await OpenAsync(With(call =>
        {
            seen = call;
            return """{"a": [1, 2.5, true, null, "x"]}""";
        }));

        CellResult result = await RunAsync(repl, "r = llm_query('p', schema={'type': 'object', 'properties': {'a': {'type': 'array'}}})\nprint(type(r), r['a'])");

        result.Stdout.ShouldBe("<class 'dict'> [1, 2.5, True, None, 'x']\n");
        JsonElement.DeepEquals(seen!.Schema!.Value, JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"array"}}}""").RootElement).ShouldBeTrue();
    }

    [TestCase("Error: no", "'Error: no'")]
    [TestCase("3", "3")]
    [TestCase("\"Error: quoted\"", "'Error: quoted'")]
    public async Task LlmQuery_Schema_ReplyIsAValueOrAnError(string reply, string expected)
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => reply));

        (await RunAsync(repl, "llm_query('p', schema={})")).Stdout.ShouldBe(expected + "\n");
    }

    [Test]
    public async Task LlmQuery_HandlerThatKnowsNoSchemas_IsAnErrorString()
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => "well, three"));

        (await RunAsync(repl, "print(llm_query('p', schema={}))")).Stdout.ShouldStartWith("Error: the reply is not JSON: ");
    }

    [Test]
    public async Task LlmQueryBatched_Schema_EachReplyIsAValue()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt == "bad" ? "Error: bad" : $"[{call.Prompt}]"));

        (await RunAsync(repl, "llm_query_batched(['1', 'bad', '3'], schema={'type': 'array'})")).Stdout.ShouldBe("[[1], 'Error: bad', [3]]\n");
    }

    [Test]
    public async Task LlmQuery_SchemaAwaited_IsAPlainValue()
    {
        EmbeddedRepl repl = await OpenAsync(With(_ => """{"a":1}"""));

        (await RunAsync(repl, "r = await llm_query('p', schema={})\nprint(type(r), r)")).Stdout.ShouldBe("<class 'dict'> {'a': 1}\n");
    }

    [Test]
    public async Task LlmQuery_TextAndImage_ReachTheHandlerAsParts()
    {
        SubCall? seen = null;
        EmbeddedRepl repl = await OpenAsync(With(call =>
        {
            seen = call;
            return "a cat";
        }));

        (await RunAsync(repl, $"llm_query(['what?', {Png}])")).Stdout.ShouldBe("'a cat'\n");

        seen!.Messages!.ShouldHaveSingleItem().Contents[1].ShouldBeOfType<DataContent>().MediaType.ShouldBe("image/png");
        seen.Prompt.ShouldStartWith("what?\n[image/png, 11 bytes, sha256 ");
    }

    [Test]
    public async Task LlmQuery_UnknownBytes_AreAnErrorStringAndNoCall()
    {
        int calls = 0;
        EmbeddedRepl repl = await OpenAsync(With(_ => $"{++calls}"));

        (await RunAsync(repl, "llm_query(['what?', b'%PDF'])")).Stdout.ShouldBe("'Error: part 1 is 4 bytes that are no PNG, JPEG, GIF or WebP image.'\n");
        calls.ShouldBe(0);
    }

    [Test]
    public async Task LlmQueryBatched_UnknownBytes_FillTheirOwnSlot()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt[..1]));

        CellResult result = await RunAsync(repl, $"for r in llm_query_batched(['a', ['b', b'?'], ['c', {Png}], [{{'role': 'system', 'content': 'd'}}]]): print(r)");

        result.Stdout.ShouldBe("a\nError: part 1 is 1 bytes that are no PNG, JPEG, GIF or WebP image.\nc\ns\n");
    }

    [Test]
    public async Task LlmQueryBatched_OnlyFaults_MakesNoCall()
    {
        EmbeddedRepl repl = await OpenAsync(With(string (_) => throw new InvalidOperationException("called")));

        (await RunAsync(repl, "print(len(llm_query_batched([b'?', b'!'])))")).Stdout.ShouldBe("2\n");
    }

    [Test]
    public async Task RlmQuery_Image_IsAnErrorString()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt));

        (await RunAsync(repl, $"rlm_query(['x', {Png}])")).Stdout.ShouldBe("'Error: a child works on text; ask about images with llm_query.'\n");
        (await RunAsync(repl, "rlm_query([{'role': 'user', 'content': 'hi'}])")).Stdout.ShouldBe("'user: hi'\n");
    }

    [Test]
    public async Task LlmQuery_ListOfOtherThings_IsAskedAsItsStr()
    {
        EmbeddedRepl repl = await OpenAsync(With(call => call.Prompt));

        (await RunAsync(repl, "llm_query([1, 'a'])")).Stdout.ShouldBe("\"[1, 'a']\"\n");
        (await RunAsync(repl, "llm_query([print])[:10]")).Stdout.ShouldBe("'[<built-in'\n");
        (await RunAsync(repl, "llm_query(('a', 'b'))")).Stdout.ShouldBe("'a\\nb'\n");
    }
}
