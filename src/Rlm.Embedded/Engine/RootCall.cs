using System.Text;
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
        var text = new StringBuilder();
        var reasoning = new StringBuilder();
        TokenUsage? tokens = null;
        decimal? cost = null;
        var fromCache = false;
        await foreach (var update in route.Client.GetStreamingResponseAsync(messages, route.Options, cancellationToken).OrAbandon(cancellationToken).ConfigureAwait(false))
        {
            await feed.ReadyAsync(cancellationToken).ConfigureAwait(false);
            cost = ModelReply.CostOf(update.AdditionalProperties) ?? cost;
            fromCache |= ModelReply.IsFromCache(update.AdditionalProperties);
            foreach (var content in update.Contents)
            {
                switch (content)
                {
                    case TextReasoningContent { Text: { Length: > 0 } thought }:
                        reasoning.Append(thought);
                        feed.Write(new RlmEvent.ReasoningDelta(turn, thought));
                        break;
                    case TextContent { Text: { Length: > 0 } said }:
                        text.Append(said);
                        feed.Write(new RlmEvent.TextDelta(turn, said));
                        break;
                    case UsageContent usage when ModelReply.TokensOf(usage.Details) is { } reported:
                        tokens = (tokens ?? default) + reported;
                        break;
                }
            }
        }

        return new ModelReply(text.ToString(), reasoning.ToString(), tokens) { Cost = cost, FromCache = fromCache };
    }
}
