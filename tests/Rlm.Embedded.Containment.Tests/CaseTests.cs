namespace Rlm.Embedded.Containment.Tests;

/// <summary>Every case, through the tool as it is built.</summary>
public sealed class CaseTests
{
    private readonly CaseRunner _runner = new(() => Child.OfTool("--memory", "256"));
    private string _class = "";

    public static IEnumerable<TestCaseData> Cases => Case.All.Select(one => new TestCaseData(one).SetName("Case_{0}"));

    [OneTimeTearDown]
    public void End() => _runner.Dispose();

    [Test]
    public void Cases_AreManyAndHaveNamesOfTheirOwn()
    {
        Case.All.Count.ShouldBeGreaterThanOrEqualTo(300);
        Case.All.Select(one => one.ToString()).ShouldBeUnique();
        Case.Classes.Count.ShouldBe(12);
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
