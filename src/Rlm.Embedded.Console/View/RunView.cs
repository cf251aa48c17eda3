namespace Rlm.Embedded.View;

/// <summary>Shows the events of runs, one at a time whichever threads they come from. Runs that overlap are numbered.</summary>
internal abstract class RunView
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<int> _running = [];
    private int _last;
    private bool _overlapped;

    /// <summary>Shows an event.</summary>
    public void Observe(RlmEvent happened)
    {
        lock (_gate)
        {
            if (happened is RlmEvent.RunStarted started)
            {
                Enter(started);
            }

            var number = _numbers.GetValueOrDefault(happened.RunId);
            _overlapped |= _running.Count > 1;
            Show(happened, _overlapped ? $"#{number} " : "");
            if (happened is RlmEvent.RunEnded)
            {
                _numbers.Remove(happened.RunId);
                _ = happened.Depth > 0 || _running.Remove(number);
                _overlapped &= _running.Count > 0;
            }
        }
    }

    /// <summary>Shows an event.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="run">What stands before it while several runs go on; else empty.</param>
    protected abstract void Show(RlmEvent happened, string run);

    // A child goes by the number of the run that it belongs to.
    private void Enter(RlmEvent.RunStarted started)
    {
        if (started.ParentRunId is { } parent)
        {
            _numbers[started.RunId] = _numbers.GetValueOrDefault(parent);
            return;
        }

        _numbers[started.RunId] = ++_last;
        _running.Add(_last);
    }
}
