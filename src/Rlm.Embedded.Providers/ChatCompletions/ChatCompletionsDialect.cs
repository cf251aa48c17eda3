namespace Rlm.Embedded.Providers;

/// <summary>Where servers of the chat completions API differ.</summary>
/// <param name="MaxTokensField">The field that bounds the answer's length.</param>
/// <param name="SendsTopK">Whether <c>top_k</c> is understood.</param>
internal sealed record ChatCompletionsDialect(string MaxTokensField, bool SendsTopK)
{
    /// <summary>OpenAI's own service: its reasoning models refuse <c>max_tokens</c>.</summary>
    public static ChatCompletionsDialect OpenAI { get; } = new("max_completion_tokens", SendsTopK: false);

    /// <summary>Everyone else: <c>max_tokens</c> is what all of them know.</summary>
    public static ChatCompletionsDialect Compatible { get; } = new("max_tokens", SendsTopK: true);
}
