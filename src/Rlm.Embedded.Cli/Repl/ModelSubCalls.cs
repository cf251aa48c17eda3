using Microsoft.Extensions.AI;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Answers the sub-calls of a session with plain calls to one model.</summary>
internal sealed class ModelSubCalls(IChatClient model, string name) : ISubCallHandler, IDisposable
{
    private const int Concurrency = 16;

    private readonly SemaphoreSlim _slots = new(Concurrency);

    public async ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken)
    {
        if (call.Model is { } wanted && wanted != name)
        {
            return $"Error: there is no model '{wanted}'. Available: {name}";
        }

        await _slots.WaitAsync(cancellationToken);
        try
        {
            return (await model.GetResponseAsync(call.ToMessages(), cancellationToken: cancellationToken)).Text;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return $"Error: {exception.Message}";
        }
        finally
        {
            _slots.Release();
        }
    }

    public async ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
        await Task.WhenAll(calls.Select(call => CallAsync(call, cancellationToken).AsTask()));

    public void Dispose()
    {
        _slots.Dispose();
        model.Dispose();
    }
}
