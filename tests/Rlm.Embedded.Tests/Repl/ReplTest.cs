using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>What the tests of sessions share. Sessions opened by a test are closed after it.</summary>
[Category("Interpreter")]
public abstract class ReplTest
{
    /// <summary>A test that waits longer hangs. Never decides whether a result is right.</summary>
    protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(90);

    /// <summary>Short enough for a test, long enough for a cell that is to get past its first lines on a busy machine.</summary>
    protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    private readonly List<EmbeddedRepl> _open = [];
    private EmbeddedRepl? _repl;

    [TearDown]
    public async Task CloseSessions()
    {
        foreach (EmbeddedRepl repl in _open)
        {
            await repl.DisposeAsync().AsTask().WaitAsync(Guard);
        }

        _open.Clear();
        _repl = null;
    }

    protected static Version PythonVersion => Rlm.Embedded.Interpreter.PythonRuntime.Current!.Installation.Version!;

    protected static ReplSessionOptions With(Func<SubCall, CancellationToken, ValueTask<string>> answer) =>
        new() { SubCalls = new ScriptedSubCalls(answer) };

    protected static ReplSessionOptions With(Func<SubCall, string> answer) =>
        new() { SubCalls = new ScriptedSubCalls((call, _) => ValueTask.FromResult(answer(call))) };

    protected async Task<EmbeddedRepl> OpenAsync(ReplSessionOptions? options = null)
    {
        EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(options).AsTask().WaitAsync(Guard);
        lock (_open)
        {
            _open.Add(repl);
        }

        return repl;
    }

    protected static Task<CellResult> RunAsync(EmbeddedRepl repl, string code, TimeSpan? timeout = null, CancellationToken token = default) =>
        repl.ExecuteAsync(new Cell(code, timeout), token).AsTask().WaitAsync(Guard, CancellationToken.None);

    /// <summary>Runs a cell in the test's own session.</summary>
    protected async Task<CellResult> RunAsync(string code, TimeSpan? timeout = null)
    {
        _repl ??= await OpenAsync();
        return await RunAsync(_repl, code, timeout);
    }

    /// <summary>What a cell prints that must not fail.</summary>
    protected async Task<string> PrintedAsync(string code)
    {
        CellResult result = await RunAsync(code);
        result.Error.ShouldBeNull(result.Error?.Traceback);
        return result.Stdout;
    }
}

/// <summary>Answers sub-calls with a delegate.</summary>
internal sealed class ScriptedSubCalls(Func<SubCall, CancellationToken, ValueTask<string>> answer) : ISubCallHandler
{
    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken) => answer(call, cancellationToken);

    public async ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
        await Task.WhenAll(calls.Select(call => answer(call, cancellationToken).AsTask()));
}
