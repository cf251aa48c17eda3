namespace Rlm.Embedded.Containment.Tests;

/// <summary>Every escape with any single layer switched off: what the others hold back must be enough.</summary>
[Category("Layers")]
public sealed class LayerTests
{
    [Test]
    public async Task Escapes_WithOneLayerOff_LeakNothing(
        [Values("code-gate", "guards", "guarded-attributes", "capabilities", "audit-hook", "landlock", "seccomp")] string layer)
    {
        using CaseRunner runner = new(() => Child.OfHost("--off", layer, "--memory", "256"));

        // With a layer off a cell may spoil its session or even end the process; what it may not do is show or make anything.
        IReadOnlyList<string> problems = await ProblemsAsync(one => runner.RunAsync(one, onlySecrets: true), "the next cell of the session went wrong", "the process ended with");

        problems.ShouldBeEmpty($"{problems.Count} with {layer} off\n{string.Join("\n\n", problems)}");
    }

    [Test]
    public async Task Escapes_WithTheKernelsLayersAlone_ReachNoFileOrSocket()
    {
        using CaseRunner runner = new(() => Child.OfHost("--off", "code-gate,guards,guarded-attributes,capabilities,audit-hook", "--memory", "256"));

        IReadOnlyList<string> problems = await ProblemsAsync(one => runner.RunAsync(one, onlyFiles: true), "the process ended with", "is still held");

        problems.ShouldBeEmpty($"{problems.Count} got past the kernel\n{string.Join("\n\n", problems)}");
    }

    [Test]
    public async Task Escapes_WhileEveryFrameIsWatched_RunOnConfinedThreads()
    {
        using CaseRunner runner = new(() => Child.OfHost("--watch", "threads"));

        IReadOnlyList<string> problems = await ProblemsAsync(one => runner.RunAsync(one, onlySecrets: true), "the next cell of the session went wrong");

        problems.ShouldBeEmpty(string.Join("\n\n", problems));
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(Func<Case, Task<string?>> run, params string[] tolerated)
    {
        List<string> problems = [];
        foreach (Case one in Case.Escapes)
        {
            if (await run(one) is { } problem && !tolerated.Any(words => problem.Contains(words, StringComparison.Ordinal)))
            {
                problems.Add($"{one}: {problem}\n{string.Join("\n---\n", one.Cells)}");
            }
        }

        return problems;
    }
}
