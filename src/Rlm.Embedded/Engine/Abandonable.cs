namespace Rlm.Embedded.Engine;

/// <summary>Keeps a model client that ignores its token from holding up a cancelled run.</summary>
internal static class Abandonable
{
    /// <summary>Waits for a call, but no longer than until cancellation. The call itself goes on, unobserved.</summary>
    public static Task<T> OrAbandon<T>(this Task<T> call, CancellationToken cancellationToken) =>
        call.IsCompleted || !cancellationToken.CanBeCanceled ? call : call.WaitAsync(cancellationToken);
}
