using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Answers kept in memory; when full, the one kept longest goes. Thread-safe.</summary>
public sealed class MemoryResponseCache : IResponseCache
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, JsonElement> _answers = new(StringComparer.Ordinal);
    private readonly int _capacity;

    /// <summary>Makes a cache.</summary>
    /// <param name="capacity">How many answers to keep.</param>
    public MemoryResponseCache(int capacity = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
    }

    /// <inheritdoc />
    public ValueTask<ChatResponse?> FindAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(_answers.TryGetValue(key, out JsonElement json) ? CallJson.ReadResponse(json) : null);
        }
    }

    /// <inheritdoc />
    public ValueTask KeepAsync(string key, ChatResponse response, CancellationToken cancellationToken)
    {
        JsonElement json = CallJson.WriteResponse(response);
        lock (_lock)
        {
            if (!_answers.ContainsKey(key) && _answers.Count == _capacity)
            {
                _answers.RemoveAt(0);
            }

            _answers[key] = json;
        }

        return ValueTask.CompletedTask;
    }
}
