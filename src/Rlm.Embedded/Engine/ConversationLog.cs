using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Engine;

/// <summary>All messages of a run but the system prompt, those included that a compaction took out of what is sent.</summary>
internal sealed class ConversationLog
{
    private readonly List<ChatMessage> _taken = [];
    private int _known = 1; // the system prompt

    /// <summary>Everything said so far.</summary>
    /// <param name="messages">What is sent now.</param>
    public IReadOnlyList<ChatMessage> Read(List<ChatMessage> messages) => [.. _taken, .. messages.Skip(_known)];

    /// <summary>Keeps messages that are about to be replaced.</summary>
    /// <param name="messages">What was sent until now.</param>
    /// <param name="replaced">How many messages take their place.</param>
    public void Keep(List<ChatMessage> messages, int replaced)
    {
        _taken.AddRange(messages.Skip(_known));
        _known = replaced;
    }
}
