using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Tests.Engine;

/// <summary>A REPL that runs no Python: a test says what each cell gives.</summary>
internal sealed class FakeRepl : IReplEnvironment
{
    private readonly Queue<Func<FakeRepl, string, CancellationToken, ValueTask<CellResult>>> _script = new();

    public ReplSessionOptions Options { get; private set; } = new();

    public ContextInfo Context => Given.TryGetValue("context", out var given) ? Describe(given) : Describe(Options.Context);

    /// <summary>What was given after the session opened, by name.</summary>
    public Dictionary<string, RlmContext> Given { get; } = [];

    private static ContextInfo Describe(RlmContext context) => context switch
    {
        RlmContext.Text text => new ContextInfo("str", text.Value.Length, [text.Value.Length]),
        RlmContext.TextList list => new ContextInfo("list", list.Values.Sum(value => (long)value.Length), [.. list.Values.Select(value => (long)value.Length)]),
        _ => new ContextInfo("str", 0, [0]),
    };

    public ISubCallHandler SubCalls => Options.SubCalls!;

    public List<string> Cells { get; } = [];

    public Dictionary<string, string> Variables { get; } = [];

    public bool Disposed { get; private set; }

    /// <summary>What cells beyond the script give.</summary>
    public Func<string, CellResult> Default { get; set; } = _ => new CellResult();

    public FakeRepl Then(Func<FakeRepl, string, CancellationToken, ValueTask<CellResult>> cell)
    {
        _script.Enqueue(cell);
        return this;
    }

    public FakeRepl Then(CellResult result) => Then((_, _, _) => new ValueTask<CellResult>(result));

    public FakeRepl Prints(string text) => Then(new CellResult { Stdout = text });

    public FakeRepl Fails(string type = "ValueError", string message = "bad") => Then(Failure(type, message));

    public FakeRepl Answers(string text) => Then(new CellResult { FinalAnswer = text });

    public static CellResult Failure(string type, string message) =>
        new() { Error = new CellError(type, message, 1, $"Traceback (most recent call last):\n  File \"cell\", line 1\n{type}: {message}") };

    public ValueTask<IReplEnvironment> OpenAsync(ReplSessionOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Options = options;
        return new ValueTask<IReplEnvironment>(this);
    }

    public ValueTask<CellResult> ExecuteAsync(Cell cell, CancellationToken cancellationToken = default)
    {
        Cells.Add(cell.Code);
        return _script.TryDequeue(out var run) ? run(this, cell.Code, cancellationToken) : new ValueTask<CellResult>(Default(cell.Code));
    }

    public ValueTask<ContextInfo> GiveAsync(IReadOnlyList<string> names, RlmContext value, CancellationToken cancellationToken = default)
    {
        foreach (var name in names)
        {
            Given[name] = value;
        }

        return new ValueTask<ContextInfo>(Describe(value));
    }

    /// <summary>Makes a rendering of any variable fail.</summary>
    public Exception? RenderFailure { get; set; }

    public ValueTask<string?> RenderVariableAsync(string name, CancellationToken cancellationToken = default) =>
        RenderFailure is { } failure ? throw failure : new(Variables.GetValueOrDefault(name));

    public ValueTask<SavedVariables> SaveAsync(Stream destination, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<RestoredVariables> RestoreAsync(Stream source, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
