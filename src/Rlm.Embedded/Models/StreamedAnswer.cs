using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Puts a streamed answer together.</summary>
internal static class StreamedAnswer
{
    /// <summary>The whole answer. What an update says of the call, such as its cost, is the answer's, as when it is not streamed.</summary>
    public static ChatResponse Of(IReadOnlyList<ChatResponseUpdate> updates)
    {
        ChatResponse response = updates.ToChatResponse();
        foreach (ChatResponseUpdate update in updates)
        {
            foreach ((string name, object? value) in update.AdditionalProperties ?? [])
            {
                (response.AdditionalProperties ??= [])[name] = value;
            }
        }

        return response;
    }
}
