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
        List<string> problems = [];
        foreach (Case one in Case.Escapes)
        {
            // With a layer off a cell may spoil its session or even end the process; what it may not do is show or make anything.
            if (await runner.RunAsync(one, onlySecrets: true) is { } problem
                && !problem.Contains("the next cell of the session went wrong", StringComparison.Ordinal)
                && !problem.Contains("the process ended with", StringComparison.Ordinal))
            {
                problems.Add($"{one}: {problem}\n{string.Join("\n---\n", one.Cells)}");
            }
        }

        problems.ShouldBeEmpty($"{problems.Count} with {layer} off\n{string.Join("\n\n", problems)}");
    }
}
