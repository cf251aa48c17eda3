using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>Hands the sub-calls of a session, and what its cells print, to the run that is under way.</summary>
internal sealed class SwitchedSubCalls : ISubCallHandler
{
    private volatile ISubCallHandler? _current;
    private volatile Action<ReplOutput>? _listener;

    /// <summary>Who answers; null between runs.</summary>
    public ISubCallHandler? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Who listens to cells; null for nobody.</summary>
    public Action<ReplOutput>? Listener
    {
        get => _listener;
        set => _listener = value;
    }

    private ISubCallHandler Serving => _current ?? throw new RlmException("no question is being answered in this session, so there is no model to ask.");

    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken) => Serving.CallAsync(call, cancellationToken);

    public void Hear(ReplOutput output) => _listener?.Invoke(output);

    public ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) => Serving.CallBatchAsync(calls, cancellationToken);
}
