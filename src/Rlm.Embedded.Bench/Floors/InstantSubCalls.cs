using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Bench.Floors;

/// <summary>Answers at once, with the prompt.</summary>
internal sealed class InstantSubCalls : ISubCallHandler
{
    public ValueTask<string> CallAsync(SubCall call, CancellationToken cancellationToken) => new(call.Prompt);

    public ValueTask<IReadOnlyList<string>> CallBatchAsync(IReadOnlyList<SubCall> calls, CancellationToken cancellationToken) =>
        new([.. calls.Select(call => call.Prompt)]);
}
