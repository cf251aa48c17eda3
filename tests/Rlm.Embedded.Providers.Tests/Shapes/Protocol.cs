namespace Rlm.Embedded.Providers.Tests;

/// <summary>The APIs that answers come over.</summary>
public enum Protocol
{
    /// <summary>Chat completions.</summary>
    Chat,

    /// <summary>OpenAI's Responses.</summary>
    Responses,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,

    /// <summary>Bedrock's Converse.</summary>
    Bedrock,
}
