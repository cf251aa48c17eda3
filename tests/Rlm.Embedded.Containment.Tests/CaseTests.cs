namespace Rlm.Embedded.Containment.Tests;

/// <summary>Every case, through the command-line tool as it is built; those of a session's tools through a host that gives it some.</summary>
public sealed class CaseTests
{
    // Take most of the time: on other Pythons than the default one, only those that stand for their kind are run.
    private static readonly string[] s_runaways = ["cpu", "memory", "stack"];

    private readonly CaseRunner _runner;
    private string _class = "";

    public CaseTests() => _runner = new CaseRunner(() => _class == "tools" ? Child.OfHost("--memory", "256") : Child.OfTool("--memory", "256"));

    public static IEnumerable<TestCaseData> Cases => Case.All.Select(one =>
    {
        TestCaseData data = new TestCaseData(one).SetName("Case_{0}");
        return s_runaways.Contains(one.Class, StringComparer.Ordinal) && !one.OnEvery ? data.SetCategory("Runaways") : data;
    });

    [OneTimeTearDown]
    public void End() => _runner.Dispose();

    [Test]
    public void Cases_AreManyAndHaveNamesOfTheirOwn()
    {
        Case.All.Count.ShouldBeGreaterThanOrEqualTo(300);
        Case.All.Select(one => one.ToString()).ShouldBeUnique();
        Case.Classes.Count.ShouldBe(14);
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Case_Holds(object tried)
    {
        Case one = (Case)tried;
        if (_class != one.Class)
        {
            _runner.Drop();
            _class = one.Class;
        }

        string? problem = await _runner.RunAsync(one);

        problem.ShouldBeNull($"{one}\n{string.Join("\n---\n", one.Cells)}");
    }
}
