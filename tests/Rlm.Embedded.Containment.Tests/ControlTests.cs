namespace Rlm.Embedded.Containment.Tests;

/// <summary>Every escape in a Trusted session, where it must get what it is after: else its being refused would say nothing.</summary>
[Category("Layers")]
public sealed class ControlTests
{
    private readonly CaseRunner _runner = new(() => Child.OfHost("--profile", "Trusted", "--memory", "256"));
    private string _class = "";

    public static IEnumerable<TestCaseData> Controls => Case.Escapes.Where(one => one.HasControl).Select(one => new TestCaseData(one).SetName("Control_{0}"));

    [OneTimeTearDown]
    public void End() => _runner.Dispose();

    [TestCaseSource(nameof(Controls))]
    public async Task Control_Reaches(object tried)
    {
        Case one = (Case)tried;

        // What one case of these spoils, the next one would be taken to have spoilt.
        if (_class != one.Class || one.Expected == "fresh")
        {
            _runner.Drop();
            _class = one.Class;
        }

        string? kept = await _runner.ControlAsync(one);

        kept.ShouldBeNull($"{one} reaches nothing where nothing holds it\n{string.Join("\n---\n", one.Cells)}");
    }
}
