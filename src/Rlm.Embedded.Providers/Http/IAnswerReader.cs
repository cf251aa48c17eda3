using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Providers;

/// <summary>Reads one answer of an API, whole or event by event.</summary>
internal interface IAnswerReader
{
    /// <summary>True after the closing event.</summary>
    bool Done { get; }

    /// <summary>Reads an answer in one piece.</summary>
    ChatResponse ReadWhole(JsonElement root);

    /// <summary>Reads one event.</summary>
    /// <returns>An update, or null when the event says nothing.</returns>
    ChatResponseUpdate? Read(ServerEvent item);

    /// <summary>What is known only at the end.</summary>
    /// <exception cref="Models.ModelCallException">The answer is not complete.</exception>
    IEnumerable<ChatResponseUpdate> Finish();
}
