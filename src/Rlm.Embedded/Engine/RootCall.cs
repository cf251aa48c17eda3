using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>Asks the root model: in one piece when nobody listens, else in streaming mode.</summary>
internal static class RootCall
{
    public static async ValueTask<ModelReply> AskAsync(ModelRoute route, List<ChatMessage> messages, CancellationToken cancellationToken) =>
        ModelReply.From(await route.Client.GetResponseAsync(messages, route.Options, cancellationToken).OrAbandon(cancellationToken).ConfigureAwait(false));

    public static async ValueTask<ModelReply> StreamAsync(ModelRoute route, List<ChatMessage> messages, RunFeed feed, int turn, CancellationToken cancellationToken)
    {
        var parts = new ReplyParts();
        decimal? cost = null;
        var fromCache = false;
        await foreach (var update in route.Client.GetStreamingResponseAsync(messages, route.Options, cancellationToken).OrAbandon(cancellationToken).ConfigureAwait(false))
        {
            await feed.ReadyAsync(cancellationToken).ConfigureAwait(false);
            cost = ModelReply.CostOf(update.AdditionalProperties) ?? cost;
            fromCache |= ModelReply.IsFromCache(update.AdditionalProperties);
            parts.Finish(update.FinishReason);
            foreach (var content in update.Contents)
            {
                parts.Add(content);
                switch (content)
                {
                    case TextReasoningContent { Text: { Length: > 0 } thought }:
                        feed.Write(new RlmEvent.ReasoningDelta(turn, thought));
                        break;
                    case TextContent { Text: { Length: > 0 } said }:
                        feed.Write(new RlmEvent.TextDelta(turn, said));
                        break;
                }
            }
        }

        return parts.ToReply() with { Cost = cost, FromCache = fromCache };
    }
}
