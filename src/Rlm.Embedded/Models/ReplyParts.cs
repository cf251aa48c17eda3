using System.Text;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Puts a reply together from its contents, whether they come at once or in a stream.</summary>
internal sealed class ReplyParts
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _reasoning = new();
    private readonly StringBuilder _refusal = new();
    private List<FunctionCallContent>? _calls;
    private TokenUsage? _tokens;
    private ReplyEnd _end;

    public void Add(AIContent content)
    {
        switch (content)
        {
            case TextReasoningContent thought:
                _reasoning.Append(thought.Text);
                break;
            case TextContent said:
                _text.Append(said.Text);
                break;
            case ErrorContent { Message: { Length: > 0 } words }:
                _refusal.Append(words);
                break;
            case FunctionCallContent call:
                (_calls ??= []).Add(call);
                break;
            case UsageContent usage when ModelReply.TokensOf(usage.Details) is { } reported:
                Count(reported);
                break;
        }
    }

    public void Finish(ChatFinishReason? reason) => _end = reason is { Value: var value } ? EndOf(value, _end) : _end;

    /// <summary>The reply.</summary>
    /// <param name="tokens">What it took in all, where that was reported apart from its contents.</param>
    public ModelReply ToReply(TokenUsage? tokens = null)
    {
        var isRefused = _refusal.Length > 0 || (_end == ReplyEnd.Refused);
        return new ModelReply(_text.ToString(), _reasoning.ToString(), tokens ?? _tokens)
        {
            End = isRefused ? ReplyEnd.Refused : _end,
            Refusal = _refusal.Length > 0 ? _refusal.ToString() : null,
            Calls = _calls is null ? [] : _calls,
        };
    }

    /// <summary>
    /// Some servers report what a stream has taken so far with every piece, others parts that add up (input first, output last). Both counts given again and
    /// none smaller than before are the former: the sum would count a prompt once for every word of its answer.
    /// </summary>
    private void Count(TokenUsage reported)
    {
        _tokens = _tokens is not { } before ? reported
            : before.Input > 0 && reported.Input >= before.Input && reported.Output >= before.Output ? reported
            : before + reported;
    }

    // The names of OpenAI, and those that gateways hand through.
    private static ReplyEnd EndOf(string reason, ReplyEnd before) => reason.ToLowerInvariant() switch
    {
        "length" or "max_tokens" or "max_output_tokens" or "model_length" or "model_context_window_exceeded" => ReplyEnd.Cut,
        "content_filter" or "content_filtered" or "guardrail_intervened" or "safety" or "blocklist" or "prohibited_content" or "recitation" or "spii" => ReplyEnd.Filtered,
        "refusal" => ReplyEnd.Refused,
        _ => before,
    };
}
