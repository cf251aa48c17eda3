using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Stands in where no model is given: answers each sub-call with its own prompt.</summary>
internal sealed class EchoSubCalls : ISubCallHandler
{
    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken) => new(call.Prompt);

    public ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
        new([.. calls.Select(call => call.Prompt)]);
}
