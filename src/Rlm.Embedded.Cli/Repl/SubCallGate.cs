using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Lets sub-calls through to a model while a person's cell runs, and not while the tool looks at the session's values for itself.</summary>
internal sealed class SubCallGate(ISubCallHandler inner) : ISubCallHandler
{
    private const string Closed = "Error: no model is called while a name is completed";

    public bool IsClosed { get; set; }

    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken) =>
        IsClosed ? new(Closed) : inner.CallAsync(call, cancellationToken);

    public ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
        IsClosed ? new([.. calls.Select(_ => Closed)]) : inner.CallBatchAsync(calls, cancellationToken);
}
