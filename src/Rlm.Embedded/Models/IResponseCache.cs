using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Keeps answers by the hash of the whole request. Thread-safe.</summary>
public interface IResponseCache
{
    /// <summary>Looks an answer up.</summary>
    /// <param name="key">The hash of the request, lower-case hex.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>An answer of the caller's own, or null.</returns>
    ValueTask<ChatResponse?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Keeps an answer.</summary>
    /// <param name="key">The hash of the request, lower-case hex.</param>
    /// <param name="response">The answer. It stays the caller's.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask KeepAsync(string key, ChatResponse response, CancellationToken cancellationToken);
}
