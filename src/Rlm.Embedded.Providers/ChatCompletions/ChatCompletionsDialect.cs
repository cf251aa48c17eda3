using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Providers;

/// <summary>Where servers of the chat completions API differ.</summary>
/// <param name="MaxTokensField">The field that bounds the answer's length.</param>
/// <param name="SendsTopK">Whether <c>top_k</c> is understood.</param>
internal sealed record ChatCompletionsDialect(string MaxTokensField, bool SendsTopK)
{
    /// <summary>The options that are not sent.</summary>
    public IgnoredOptions Ignored { get; } = SendsTopK ? new IgnoredOptions() : new IgnoredOptions(nameof(ChatOptions.TopK));

    /// <summary>OpenAI's own service: its reasoning models refuse <c>max_tokens</c>.</summary>
    public static ChatCompletionsDialect OpenAI { get; } = new("max_completion_tokens", SendsTopK: false);

    /// <summary>Everyone else: <c>max_tokens</c> is what all of them know.</summary>
    public static ChatCompletionsDialect Compatible { get; } = new("max_tokens", SendsTopK: true);
}
