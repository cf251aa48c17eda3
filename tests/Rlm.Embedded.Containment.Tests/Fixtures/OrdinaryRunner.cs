using System.Globalization;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>Runs ordinary cases in Restricted sessions, each in one of its own.</summary>
internal sealed class OrdinaryRunner : IDisposable
{
    private Child? _child;
    private int _sessions;

    /// <summary>The minor version of the Python under test, asked of a process of its own: one that runs cases must have loaded nothing.</summary>
    public static async Task<int> MinorAsync()
    {
        using Child child = Child.OfHost();
        Answer answer = await child.AskAsync("version", "import sys\nprint(sys.version_info[1])");
        return int.Parse(answer.Stdout, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs cases at the same time, and their cells one after the other: how each differs, or null.</summary>
    public async Task<string?[]> RunAsync(IReadOnlyList<OrdinaryCase> cases)
    {
        List<Answer>[] answers = [.. cases.Select(_ => new List<Answer>())];
        string[] sessions = [.. cases.Select(_ => $"s{++_sessions}")];
        try
        {
            _child ??= Child.OfHost("--tools", "none");
            for (int cell = 0; cell < cases.Max(one => one.Cells.Count); cell++)
            {
                int[] running = [.. Enumerable.Range(0, cases.Count).Where(i => cell < cases[i].Cells.Count)];
                Answer[] together = await _child.AskTogetherAsync(running.Select(i => (sessions[i], cases[i].Cells[cell], 20.0, cases[i].Context)));
                for (int i = 0; i < running.Length; i++)
                {
                    answers[running[i]].Add(together[i]);
                }
            }

            foreach (string session in sessions)
            {
                await _child.CloseAsync(session);
            }

            return [.. cases.Select((one, i) => one.Difference(answers[i]))];
        }
        catch (ChildDiedException death)
        {
            Dispose();
            return [.. cases.Select(_ => death.Message)];
        }
    }

    public void Dispose()
    {
        _child?.Dispose();
        _child = null;
    }
}
