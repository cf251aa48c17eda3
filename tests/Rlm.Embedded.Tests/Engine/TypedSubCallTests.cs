using System.Text.Json;
using Microsoft.Extensions.AI;
using NUnit.Framework;
using Rlm.Embedded.Models;
using Rlm.Embedded.Repl;
using Shouldly;
using static Rlm.Embedded.Tests.Engine.RlmFixture;

namespace Rlm.Embedded.Tests.Engine;

[TestFixture]
internal sealed class TypedSubCallTests
{
    private const string Schema = """{"type":"object","properties":{"age":{"type":"integer"}},"required":["age"]}""";

    [Test]
    public async Task CallAsync_Schema_ModelIsToldAndTheReplyIsJson()
    {
        using var sub = new ScriptedChatClient("```json\n{\"age\": 41}\n```");

        var result = await RunAsync(Asking(), sub);

        result.Text.ShouldBe("""{"age": 41}""");
        var sent = sub.Calls.ShouldHaveSingleItem().Messages.ShouldHaveSingleItem().Text;
        sent.ShouldStartWith("How old?\n\nReply with JSON only");
        sent.ShouldContain(Schema);
    }

    [Test]
    public async Task CallAsync_ReplyDoesNotFit_ReasonGoesBackAndAllCallsCount()
    {
        using var sub = ScriptedChatClient.Named("small").Then(_ => WithUsage("old", 10, 1)).Then(_ => WithUsage("""{"age":"old"}""", 20, 2)).Then(_ => WithUsage("""{"age":80}""", 30, 3));

        var result = await RunAsync(Asking(), sub);

        result.Text.ShouldBe("""{"age":80}""");
        var last = sub.Calls[2].Messages;
        last.Select(message => message.Role).ShouldBe([ChatRole.User, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
        last[2].Text.ShouldContain("it is not JSON");
        last[4].Text.ShouldContain("$.age: expected integer, got the string \"old\"");
        result.Usage.Models["small"].Calls.ShouldBe(3);
        result.Usage.Models["small"].Tokens.ShouldBe(new TokenUsage(60, 6));
        result.Usage.SubCalls.ShouldBe(1);
        var record = result.Trajectory[0].Cells[0].SubCalls.ShouldHaveSingleItem();
        record.Tokens.ShouldBe(new TokenUsage(60, 6));
        record.Call.Prompt.ShouldBe("How old?");
        record.Call.Messages.ShouldBeNull();
        record.Error.ShouldBeNull();
    }

    [Test]
    public async Task CallAsync_NeverFits_IsAnErrorAfterTheRetries()
    {
        using var sub = ScriptedChatClient.Named("small").Then(_ => "a").Then(_ => "b").Then(_ => "c");

        var result = await RunAsync(Asking(), sub, o => o.SchemaRetries = 1);

        result.Text.ShouldStartWith("Error: the reply of 'small' does not fit the schema, asked 2 times: it is not JSON: ");
        sub.Calls.Count.ShouldBe(2);
    }

    [Test]
    public async Task CallAsync_ModelFails_IsNotAskedAgain()
    {
        using var sub = ScriptedChatClient.Named("small").Then(_ => "a").ThenFail(new InvalidOperationException("500"));

        (await RunAsync(Asking(), sub)).Text.ShouldBe("Error: the call to 'small' failed: 500");
    }

    [Test]
    public async Task CallAsync_KeywordNotKnown_IsAnErrorThatNamesIt()
    {
        using var sub = new ScriptedChatClient();

        (await RunAsync(Asking("""{"typ":"object"}"""), sub)).Text.ShouldStartWith("Error: The JSON schema is not usable: # has the keyword 'typ', which is not known here.");
        sub.Calls.ShouldBeEmpty();
    }

    [Test]
    public async Task CallAsync_ImagesWithSchema_InstructionStandsInTheSameMessage()
    {
        using var sub = new ScriptedChatClient("""{"age":1}""");
        var call = Asking() with { Messages = [new ChatMessage(ChatRole.User, [new TextContent("How old?"), new DataContent(new byte[] { 1 }, "image/png")])] };

        var result = await RunAsync(call, sub);

        sub.Calls[0].Messages.ShouldHaveSingleItem().Contents.Count.ShouldBe(3);
        result.Trajectory[0].Cells[0].SubCalls[0].Call.Messages.ShouldBeNull();
    }

    [Test]
    public async Task CallBatchAsync_Schema_EachSlotHasItsOwnRetries()
    {
        using var sub = new ScriptedChatClient().Otherwise(call => call.Messages.Count == 1 ? "no" : """{"age":1}""");
        var repl = new FakeRepl().Then(async (r, _, token) => new CellResult { FinalAnswer = string.Join('|', await r.SubCalls.CallBatchAsync([Asking(), Asking(), Asking()], token)) });
        using var root = new ScriptedChatClient(Block("..."));

        var result = await RlmFixture.RunAsync(root, repl, o => o.SubModel = sub);

        result.Text.ShouldBe("""{"age":1}|{"age":1}|{"age":1}""");
        sub.Calls.Count.ShouldBe(6);
    }

    [Test]
    public async Task CallAsync_ChildWithSchema_AnswerIsCheckedInTheChild()
    {
        var child = new FakeRepl().Answers("old").Answers("""{"age":7}""");
        var parent = Calling(Asking() with { Kind = SubCallKind.Rlm });
        var opened = 0;
        using var root = new ScriptedChatClient(Block("ask")).Then(_ => Block("1")).Then(_ => Block("2"));

        var result = await RlmFixture.RunAsync(root, parent, o =>
        {
            o.MaxDepth = 2;
            o.OpenRepl = (options, token) => (opened++ == 0 ? parent : child).OpenAsync(options, token);
        });

        result.Text.ShouldBe("""{"age":7}""");
        root.Calls[1].LastText.ShouldContain(Schema);
        root.Calls[2].LastText.ShouldContain("does not fit the JSON schema");
    }

    private static SubCall Asking(string schema = Schema) => Llm("How old?") with { Schema = JsonDocument.Parse(schema).RootElement };

    private static FakeRepl Calling(SubCall call) => new FakeRepl().Then(async (r, _, token) => new CellResult { FinalAnswer = await r.SubCalls.CallAsync(call, token) });

    private static async Task<RlmResult> RunAsync(SubCall call, ScriptedChatClient sub, Action<RlmOptions>? configure = null)
    {
        using var root = new ScriptedChatClient(Block("..."));
        return await RlmFixture.RunAsync(root, Calling(call), o =>
        {
            o.SubModel = sub;
            configure?.Invoke(o);
        });
    }
}
