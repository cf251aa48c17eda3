using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>A call that a <see cref="ScriptedChatClient"/> was sent.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Messages">The messages as they were then.</param>
/// <param name="Options">The options, or null.</param>
public sealed record ScriptedCall(int Number, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>The text of the last message, or empty.</summary>
    public string LastText => Messages.Count == 0 ? "" : Messages[^1].Text;
}
