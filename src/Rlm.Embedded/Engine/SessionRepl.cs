using System.Text;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Engine;

/// <summary>The REPL of a session with what outlives a run: contexts, histories, variables. One run at a time.</summary>
internal sealed class SessionRepl(IReplEnvironment repl, SwitchedSubCalls subCalls)
{
    private const int VariablesShown = 50;

    private readonly List<ContextInfo> _contexts = [];
    private readonly List<RlmContext> _ended = [];
    private int _histories;
    private bool _hasNewContext;

    public IReplEnvironment Repl => repl;

    /// <summary>The context of the newest question that had one.</summary>
    public ContextInfo Newest => _contexts[^1];

    /// <summary>The session's variables as of the last cell or restoration.</summary>
    public IReadOnlyList<ReplVariable> Variables { get; set; } = [];

    /// <summary>A cell could not be interrupted: the REPL is gone.</summary>
    public bool IsLost { get; private set; }

    /// <summary>What the history of the run under way is called.</summary>
    public IReadOnlyList<string> HistoryNames => Names("history", _histories + _ended.Count);

    /// <summary>Begins a run: gives what earlier runs left, then the context of this one.</summary>
    public async ValueTask BeginAsync(RlmContext? context, ISubCallHandler handler, Action<ReplOutput>? listener, CancellationToken cancellationToken)
    {
        subCalls.Current = handler;
        subCalls.Listener = listener;
        if (_histories + _ended.Count > 0)
        {
            await repl.RenewAnswerAsync(cancellationToken).ConfigureAwait(false);
        }

        while (_ended.Count > 0)
        {
            await repl.GiveAsync(Names("history", _histories), _ended[0], cancellationToken).ConfigureAwait(false);
            _ended.RemoveAt(0);
            _histories++;
        }

        _hasNewContext = context is not null || _contexts.Count == 0;
        if (_hasNewContext)
        {
            var info = await repl.GiveAsync(Names("context", _contexts.Count), context ?? RlmContext.FromText(""), cancellationToken).ConfigureAwait(false);
            _contexts.Add(info);
        }
    }

    /// <summary>Ends a run, however it went. Its messages are given when the next begins.</summary>
    public void End(IReadOnlyList<ChatMessage> history, IReadOnlyList<ReplVariable> variables, bool isLost)
    {
        subCalls.Current = null;
        subCalls.Listener = null;
        IsLost = isLost;
        Variables = variables;
        _ended.Add(RlmContext.FromMessages(history));
    }

    /// <summary>What the model is told of this run's context and of what is there from before.</summary>
    public ContextDescription Describe()
    {
        var number = _contexts.Count - 1;
        if (_histories == 0 && number == 0 && Variables.Count == 0)
        {
            return ContextDescription.Of(_contexts[0]);
        }

        var text = new StringBuilder();
        var newest = ContextDescription.Of(_contexts[number], number == 0 ? "context" : $"context_{number}");
        if (_hasNewContext)
        {
            text.Append(newest.Text).Append('\n');
        }

        text.Append("This question is number ").Append(_histories + 1).Append(" of a session whose REPL goes on. From before there are:");
        for (var i = 0; i < _contexts.Count - (_hasNewContext ? 1 : 0); i++)
        {
            text.Append("\n- ").Append(ContextDescription.Of(_contexts[i], $"context_{i}").Text).Append(i == 0 ? " It is `context` too." : "");
        }

        if (_histories > 0)
        {
            text.Append("\n- the messages of the earlier questions, lists of {\"role\", \"content\"} dicts: ").AppendJoin(", ", Enumerable.Range(0, _histories).Select(i => $"`history_{i}`")).Append('.');
        }

        if (Variables.Count > 0)
        {
            text.Append("\n- your variables: ").AppendJoin(", ", Variables.Take(VariablesShown).Select(variable => $"{variable.Name} ({variable.Kind})"));
            text.Append(Variables.Count > VariablesShown ? $" and {Variables.Count - VariablesShown} more." : ".");
        }

        return new ContextDescription(text.ToString(), _contexts.TrueForAll(info => info.Characters == 0) && _histories == 0 && Variables.Count == 0);
    }

    // A variable of the model's own keeps the short name.
    private IReadOnlyList<string> Names(string name, int number) =>
        number == 0 && !Variables.Any(variable => variable.Name == name) ? [name, $"{name}_0"] : [$"{name}_{number}"];
}
