using Microsoft.Extensions.AI;
using Rlm.Embedded.Models;

namespace Rlm.Embedded.Engine;

/// <summary>Knows how much of a model's window the messages of a run fill: what the provider reported, and an estimate of what came since.</summary>
/// <param name="window">Tokens the model takes in, or null when that does not matter.</param>
/// <param name="full">The part of it that messages may fill.</param>
internal sealed class ContextGauge(int? window, double full)
{
    private const double Step = 0.10;
    private const int CharactersPerToken = 3;

    private long _reported;
    private int _reportedMessages;
    private long _due = (long)((window ?? 0) * full);

    /// <summary>Notes what the provider said of a call.</summary>
    /// <param name="tokens">Its tokens, or null.</param>
    /// <param name="messages">How many messages were sent.</param>
    public void Note(TokenUsage? tokens, int messages)
    {
        if (tokens is { Input: > 0 } known)
        {
            _reported = known.Input;
            _reportedMessages = messages;
        }
    }

    /// <summary>Whether the messages are to be compacted before they are sent.</summary>
    public bool IsDue(List<ChatMessage> messages, out long tokens)
    {
        tokens = window is null ? 0 : Measure(messages);
        return window is not null && tokens >= _due;
    }

    /// <summary>Characters of the newest message that are kept as they are: a quarter of the window.</summary>
    public int NewestCharacters => (window ?? 0) / 4 * CharactersPerToken;

    /// <summary>Starts over with other messages. Where these alone fill the window, the next compaction waits until there is more to gain.</summary>
    public void Restart(List<ChatMessage> messages)
    {
        _reported = 0;
        _reportedMessages = 0;
        _due = Math.Max((long)(window!.Value * full), Measure(messages) + (long)(window.Value * Step));
    }

    private long Measure(List<ChatMessage> messages) =>
        _reported + TokenEstimate.Of(messages.GetRange(_reportedMessages, messages.Count - _reportedMessages));
}
