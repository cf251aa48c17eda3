namespace Rlm.Embedded.Providers;

/// <summary>One event of a streamed answer.</summary>
/// <param name="Name">What its <c>event</c> line says, or null.</param>
/// <param name="Data">Its data.</param>
internal readonly record struct ServerEvent(string? Name, string Data)
{
    /// <summary>The line that closes a stream of chat completions; some servers put spaces around it.</summary>
    public bool IsDone => Data.AsSpan().Trim() is "[DONE]";

    /// <summary>A sign of life, which says nothing: servers send it under several names, with any data or none.</summary>
    public bool IsPing => Name is "ping" or "keepalive" or "keep-alive" or "heartbeat" || Data.AsSpan().Trim() is "" or "{}" or "null" or "\"\"";
}
