using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Repl;

/// <summary>A call from a cell to a model.</summary>
/// <param name="Kind">A plain model call or a child RLM.</param>
/// <param name="Prompt">The text. Exact, as Python held it; where the prompt was more than one text, all of it as text, with images named by type, size and hash.</param>
/// <param name="Model">The name of a registered model, or null for the default sub-model.</param>
public sealed record SubCall(SubCallKind Kind, string Prompt, string? Model)
{
    /// <summary>What to send when the prompt was more than one text: images, or messages with roles. Null in the records of a run.</summary>
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>The JSON schema that the answer is to fit, or null for any text. The answer is then JSON, or begins with <c>Error: </c>.</summary>
    public JsonElement? Schema { get; init; }

    /// <summary>The messages to send: <see cref="Messages"/>, or the prompt as one.</summary>
    public IReadOnlyList<ChatMessage> ToMessages() => Messages ?? [new ChatMessage(ChatRole.User, Prompt)];

    /// <summary>The call without what is too large to keep.</summary>
    internal SubCall ForRecord() => Messages is null ? this : this with { Messages = null };
}
