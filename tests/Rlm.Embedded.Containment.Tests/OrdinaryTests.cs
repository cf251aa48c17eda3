using System.Diagnostics;
using System.Globalization;

namespace Rlm.Embedded.Containment.Tests;

/// <summary>
/// Ordinary Python behaves in a Restricted session as in stock Python: in a fresh process, after other sessions' work, and beside it.
/// What does not is on a list, which only gets shorter.
/// </summary>
public sealed class OrdinaryTests
{
    private enum Fresh
    {
        No,
        File,
        Case,
    }

    // Of a whole run; what differs is on the list. It only rises.
    private const double LeastShare = 0.95;

    private int _minor;

    public static IEnumerable<string> Files => OrdinaryCase.Files;

    private IReadOnlyList<OrdinaryCase> Cases => [.. OrdinaryCase.All.Where(one => one.Since <= _minor)];

    [OneTimeSetUp]
    public async Task AskForVersionAsync() => _minor = await OrdinaryRunner.MinorAsync();

    [Test]
    public void Cases_AreManyAndHaveNamesOfTheirOwn()
    {
        OrdinaryCase.All.Count.ShouldBeGreaterThanOrEqualTo(420);
        OrdinaryCase.All.Select(one => one.ToString()).ShouldBeUnique();
        OrdinaryCase.All.ShouldAllBe(one => one.Out.Length > 0 != one.Words.Count > 0);
        KnownDifference.All.Select(known => known.Case).Except(OrdinaryCase.All.Select(one => one.ToString())).ShouldBeEmpty("known.txt names cases that are not there");
    }

    [Test]
    public async Task Cases_ExpectWhatStockPythonPrints()
    {
        ProcessStartInfo start = new("python3", [Path.Combine(AppContext.BaseDirectory, "ordinary", "expect.py"), "--check"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        try
        {
            using Process python = Process.Start(start)!;
            string output = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            python.ExitCode.ShouldBe(0, output);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("there is no python3 on the PATH");
        }
    }

    [TestCaseSource(nameof(Files))]
    public async Task File_InAFreshProcess_BehavesAsInStockPython(string file)
    {
        using OrdinaryRunner runner = new();
        List<(OrdinaryCase, string?)> results = [];
        foreach (OrdinaryCase one in Cases.Where(one => one.File == file))
        {
            results.Add((one, (await runner.RunAsync([one]))[0]));
        }

        Check(results, Fresh.File);
    }

    [Test]
    public async Task Cases_EachInAProcessOfItsOwn_BehaveAsInStockPython()
    {
        if (Environment.GetEnvironmentVariable("RLM_CI_FULL") != "1")
        {
            Assert.Ignore("starts a process for each case; set RLM_CI_FULL=1 to run it");
        }

        List<(OrdinaryCase, string?)> results = [];
        foreach (OrdinaryCase one in Cases)
        {
            using OrdinaryRunner runner = new();
            results.Add((one, (await runner.RunAsync([one]))[0]));
        }

        Check(results, Fresh.Case);
    }

    [Test]
    public async Task Cases_AfterEachOthersWork_BehaveAsInAFreshProcess([Values(1, 2)] int seed)
    {
        using OrdinaryRunner runner = new();
        List<(OrdinaryCase, string?)> results = [];
        foreach (OrdinaryCase one in Shuffled(seed))
        {
            results.Add((one, (await runner.RunAsync([one]))[0]));
        }

        Check(results, Fresh.No);
    }

    [Test]
    public async Task Cases_EightAtOnce_BehaveAsInAFreshProcess()
    {
        using OrdinaryRunner runner = new();
        List<(OrdinaryCase, string?)> results = [];
        foreach (OrdinaryCase[] eight in Shuffled(3).Chunk(8))
        {
            results.AddRange(eight.Zip(await runner.RunAsync(eight)));
        }

        Check(results, Fresh.No);
    }

    private OrdinaryCase[] Shuffled(int seed)
    {
        OrdinaryCase[] cases = [.. Cases];
        new Random(seed).Shuffle(cases);
        return cases;
    }

    private void Check(IReadOnlyList<(OrdinaryCase Case, string? Difference)> results, Fresh fresh)
    {
        foreach (IGrouping<string, (OrdinaryCase Case, string? Difference)> file in results.GroupBy(result => result.Case.File, StringComparer.Ordinal).OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            TestContext.Out.WriteLine($"{file.Key}: {file.Count(result => result.Difference is null)} of {file.Count()} behave");
        }

        int behave = results.Count(result => result.Difference is null);
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"3.{_minor}: {behave} of {results.Count} behave as in stock Python, {100.0 * behave / results.Count:0.0} %"));
        List<string> problems = [];
        foreach ((OrdinaryCase one, string? difference) in results)
        {
            bool isKnown = KnownDifference.Holds(one, _minor, isAlone: fresh == Fresh.Case);
            TestContext.Out.Write(difference is null ? "" : $"\n{one}{(isKnown ? " (known)" : "")}: {difference}\n");
            if (difference is not null && isKnown && KnownDifference.ThingOf(one) is { } thing && !difference.Contains(thing, StringComparison.Ordinal))
            {
                problems.Add($"{one}: its message does not name {thing}: {difference}");
            }

            if (difference is not null && !isKnown)
            {
                problems.Add($"{one}: {difference}\n{string.Join("\n---\n", one.Cells)}");
            }
            else if (difference is null && isKnown)
            {
                // Where others have run before, it may behave because of them.
                TestContext.Out.WriteLine($"\n{one} behaves here, though not in a fresh process\n");
                problems.AddRange(fresh == Fresh.File ? [$"{one} behaves now: take it from ordinary/known.txt"] : []);
            }
        }

        if (results.Count >= 400)
        {
            ((double)behave / results.Count).ShouldBeGreaterThanOrEqualTo(LeastShare);
        }

        problems.ShouldBeEmpty($"{problems.Count} on 3.{_minor}\n{string.Join("\n\n", problems)}");
    }
}
