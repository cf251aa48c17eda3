using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>
/// Serves many calls, a bounded number at once, each into its own slot. The first worker takes calls until one does not
/// complete at once; only then are further workers started.
/// </summary>
internal sealed class SubCallBatch(IReadOnlyList<SubCall> calls, Func<SubCall, CancellationToken, ValueTask<RlmSubCall>> serve)
{
    private int _next = -1;

    /// <summary>The slots; null where a call was not served. What is filled in beforehand stays.</summary>
    public RlmSubCall?[] Served { get; } = new RlmSubCall?[calls.Count];

    public Task RunAsync(int concurrency, CancellationToken cancellationToken)
    {
        var first = WorkAsync(cancellationToken);
        if (first.IsCompleted)
        {
            return first;
        }

        var workers = new List<Task>(Math.Min(concurrency, calls.Count)) { first };
        while (workers.Count < concurrency && Volatile.Read(ref _next) < calls.Count - 1)
        {
            workers.Add(WorkAsync(cancellationToken));
        }

        return Task.WhenAll(workers);
    }

    public IReadOnlyList<string> Responses()
    {
        var responses = new string[Served.Length];
        for (var i = 0; i < responses.Length; i++)
        {
            responses[i] = Served[i]!.Response;
        }

        return responses;
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        int i;
        while ((i = Interlocked.Increment(ref _next)) < calls.Count)
        {
            Served[i] ??= await serve(calls[i], cancellationToken).ConfigureAwait(false);
        }
    }
}
