using System.Collections.Concurrent;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>A thread that has everything done on itself, one thing after another, as that of a desktop program.</summary>
internal sealed class UiThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _messages = [];

    /// <summary>Runs a program on the calling thread until it ends.</summary>
    public static T Run<T>(Func<Task<T>> program)
    {
        using UiThread ui = new();
        SetSynchronizationContext(ui);
        Task<T> running = program();
        _ = running.ContinueWith(_ => ui._messages.CompleteAdding(), TaskScheduler.Default);
        foreach ((SendOrPostCallback callback, object? state) in ui._messages.GetConsumingEnumerable())
        {
            callback(state);
        }

        return running.GetAwaiter().GetResult();
    }

    public override void Post(SendOrPostCallback d, object? state) => _messages.Add((d, state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("The library sends nothing to the thread of a program's windows.");

    public void Dispose() => _messages.Dispose();
}
