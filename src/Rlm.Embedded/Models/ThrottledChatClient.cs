using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>Bounds how many calls are in flight, and how many begin in a minute. Calls wait their turn; a stream holds its place until it ends. Thread-safe.</summary>
public sealed class ThrottledChatClient : DelegatingChatClient
{
    private readonly SemaphoreSlim? _places;
    private readonly PacedStart? _pace;

    /// <summary>Makes a client.</summary>
    /// <param name="innerClient">The client to hold back; disposed of with this one.</param>
    /// <param name="options">What is allowed.</param>
    public ThrottledChatClient(IChatClient innerClient, ThrottleOptions options)
        : base(innerClient)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.MaxConcurrency is { } places)
        {
            _places = new SemaphoreSlim(places, places);
        }

        if (options.RequestsPerMinute is { } rate)
        {
            _pace = new PacedStart(rate, options.TimeProvider);
        }
    }

    /// <inheritdoc />
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places?.Release();
        }
    }

    /// <inheritdoc />
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, options, cancellationToken).ConfigureAwait(false))
            {
                yield return update;
            }
        }
        finally
        {
            _places?.Release();
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _places?.Dispose();
        }
    }

    private async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        if (_places is not null)
        {
            await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_pace is null)
        {
            return;
        }

        try
        {
            await _pace.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _places?.Release();
            throw;
        }
    }
}
