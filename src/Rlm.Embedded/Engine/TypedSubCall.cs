using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Engine;

/// <summary>A plain call whose answer is to fit a schema: the model is told why it does not, and asked again.</summary>
internal sealed class TypedSubCall(SubCall call, JsonSchema schema, int retries)
{
    private readonly List<ChatMessage> _messages = Instructed(call, schema);

    /// <summary>Asks until the answer fits or the retries are used up. Each time is a call of its own for whoever counts.</summary>
    /// <param name="ask">Makes one plain call.</param>
    /// <returns>One record for all: its response is the JSON, or an error.</returns>
    public async ValueTask<RlmSubCall> RunAsync(Func<SubCall, ValueTask<RlmSubCall>> ask)
    {
        RlmSubCall? before = null;
        for (var attempt = 1; ; attempt++)
        {
            var served = Add(before, await ask(call with { Messages = [.. _messages] }).ConfigureAwait(false));
            if (served.Error is not null)
            {
                return served;
            }

            if (JsonReply.Read(served.Response, schema, out var value) is not { } mismatch)
            {
                return served with { Response = value.GetRawText() };
            }

            if (attempt > retries)
            {
                var error = SubCallText.Unfit(served.Model, attempt, mismatch);
                return served with { Response = "Error: " + error, Error = error };
            }

            _messages.Add(new ChatMessage(ChatRole.Assistant, served.Response));
            _messages.Add(new ChatMessage(ChatRole.User, PromptTemplate.Render(PromptText.UnfitReply, ("reason", mismatch))));
            before = served;
        }
    }

    private static List<ChatMessage> Instructed(SubCall call, JsonSchema schema)
    {
        var instruction = PromptTemplate.Render(PromptText.ReplyForm, ("schema", schema.Root.GetRawText()));
        if (call.Messages is not { Count: > 0 } messages)
        {
            return [new ChatMessage(ChatRole.User, $"{call.Prompt}\n\n{instruction}")];
        }

        // Into the last message: some providers reject two of one role in a row.
        return messages[^1].Role == ChatRole.User
            ? [.. messages.SkipLast(1), new ChatMessage(ChatRole.User, [.. messages[^1].Contents, new TextContent(instruction)])]
            : [.. messages, new ChatMessage(ChatRole.User, instruction)];
    }

    private RlmSubCall Add(RlmSubCall? before, RlmSubCall served) => before is null
        ? served with { Call = call }
        : served with { Call = call, Elapsed = before.Elapsed + served.Elapsed, Tokens = served.Tokens is null ? before.Tokens : (before.Tokens ?? default) + served.Tokens };
}
