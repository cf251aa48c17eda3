namespace Rlm.Embedded.Providers;

/// <summary>Which of OpenAI's two APIs to speak.</summary>
public enum ModelApi
{
    /// <summary>Chat completions: what every compatible server knows.</summary>
    ChatCompletions,

    /// <summary>The Responses API: OpenAI and Azure, and the only way to some of their models.</summary>
    Responses,
}
