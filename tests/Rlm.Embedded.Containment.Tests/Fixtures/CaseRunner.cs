using System.Globalization;
using System.Text;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>Runs cases one after the other, each in a session of its own, in as few children as will do.</summary>
internal sealed class CaseRunner(Func<Child> start) : IDisposable
{
    private const int CellsOfAChild = 200;
    private const double ControlTimeout = 2;

    private readonly Secrets _secrets = new();
    private Child? _child;
    private int _minor;
    private int _sessions;

    /// <summary>What went wrong, or null. A case that this version of Python cannot have passes.</summary>
    /// <param name="tried">The case.</param>
    /// <param name="onlySecrets">Whether it is enough that nothing leaks and the process lives.</param>
    /// <param name="onlyFiles">Whether it is enough that no file, socket or process is reached.</param>
    public async Task<string?> RunAsync(Case tried, bool onlySecrets = false, bool onlyFiles = false)
    {
        try
        {
            return await TryAsync(tried, onlySecrets || onlyFiles, onlyFiles);
        }
        catch (ChildDiedException death)
        {
            Drop();
            return death.Message;
        }
    }

    /// <summary>
    /// Runs a case where no layer holds it: what kept it from what it is after, or null. One that ends the process has reached something.
    /// </summary>
    public async Task<string?> ControlAsync(Case tried)
    {
        try
        {
            await StartAsync();
            if (!IsFor(tried))
            {
                return null;
            }

            (string session, IReadOnlyList<Answer> answers) = await RunCellsAsync(tried, ControlTimeout);
            await _child!.CloseAsync(session);
            bool reached = Leak(answers) is not null
                || (tried.Expected == "fresh" ? answers[^1].ErrorType is not null || answers[^1].Stdout != tried.Out : Escaped(answers));

            // What a case leaves to sessions after it, the next case would be taken to have done.
            if ((await _child.AskAsync($"after{_sessions}", "6 * 7")).Stdout != "42\n")
            {
                Drop();
            }

            return reached ? null : string.Join('\n', answers);
        }
        catch (ChildDiedException)
        {
            Drop();
            return null;
        }
    }

    public void Drop()
    {
        _child?.Dispose();
        _child = null;
    }

    public void Dispose()
    {
        Drop();
        _secrets.Dispose();
    }

    private async Task<string?> TryAsync(Case tried, bool onlySecrets, bool onlyFiles)
    {
        await StartAsync();
        if (!IsFor(tried))
        {
            return null;
        }

        (string session, IReadOnlyList<Answer> answers) = await RunCellsAsync(tried, tried.Timeout);
        Answer next = await _child!.AskWhenFreeAsync(session, "6 * 7 + 3");
        Answer fresh = await _child!.AskWhenFreeAsync("victim", "len(kept) + 1");
        if ((await _child!.CloseAsync(session)).IsWedged)
        {
            await _child.AskWhenFreeAsync("victim", "1");
        }

        Answer[] all = [.. answers, next, fresh];
        if (onlyFiles)
        {
            return all.Select(answer => _secrets.Reach(answer.Line)).FirstOrDefault(reached => reached is not null);
        }

        string? problem = Leak(all);
        if (problem is null && !onlySecrets)
        {
            problem = Judge(tried, answers);
        }

        if (problem is null && (next.ErrorType is not null || !next.Stdout.StartsWith("45\n", StringComparison.Ordinal)))
        {
            problem = "the next cell of the session went wrong";
        }

        if (problem is null && fresh.Stdout != $"{Secrets.Value.Length + 1}\n")
        {
            problem = "another session was disturbed";
        }

        return problem is null ? null : $"{problem}\n{answers[^1]}\n{next}\n{fresh}";
    }

    private bool IsFor(Case tried) => _minor >= tried.From && _minor <= tried.To;

    private string? Leak(IEnumerable<Answer> answers) => answers.Select(answer => _secrets.Leak(answer.Line)).FirstOrDefault(leak => leak is not null);

    private async Task<(string Session, IReadOnlyList<Answer> Answers)> RunCellsAsync(Case tried, double timeout)
    {
        string session = $"s{++_sessions}";
        List<Answer> answers = [];
        foreach (string cell in tried.Cells)
        {
            if (tried.Expected == "fresh" && answers.Count == tried.Cells.Count - 1)
            {
                session += "-fresh";
            }

            answers.Add(await _child!.AskAsync(session, _secrets.Fill(Expand(cell)), timeout));
        }

        return (session, answers);
    }

    private static string? Judge(Case tried, IReadOnlyList<Answer> answers)
    {
        Answer last = answers[^1];
        string[] expected = tried.Expected.Split(':', 2);
        return expected[0] switch
        {
            "refused" when Escaped(answers) => "it was not refused",
            "refused" => answers.Any(answer => answer.ErrorType is not null && (answer.IsRefusal || answer.ErrorType == tried.By)) ? null : "nothing of ours refused it: is it broken?",
            "contained" => null,
            "works" or "fresh" => last.ErrorType is null && (tried.Out is null || last.Stdout == tried.Out) ? null : $"expected {tried.Out}",
            "stopped" => expected[1].Split(',').Contains(last.Stopped, StringComparer.Ordinal) ? null : $"it was not stopped by {expected[1]} but {last.Stopped ?? "nothing"}",
            _ => $"unknown expectation '{tried.Expected}'",
        };
    }

    private static bool Escaped(IEnumerable<Answer> answers) => answers.Any(answer => answer.Stdout.Contains("ESCAPED", StringComparison.Ordinal));

    /// <summary><c>@REPEAT(text,times)@</c>, for sources too long to be written.</summary>
    private static string Expand(string cell)
    {
        int at;
        while ((at = cell.IndexOf("@REPEAT(", StringComparison.Ordinal)) >= 0)
        {
            int end = cell.IndexOf(")@", at, StringComparison.Ordinal);
            string inner = cell[(at + 8)..end];
            int comma = inner.LastIndexOf(',');
            string repeated = new StringBuilder().Insert(0, inner[..comma], int.Parse(inner[(comma + 1)..], CultureInfo.InvariantCulture)).ToString();
            cell = cell[..at] + repeated.Replace("\\n", "\n", StringComparison.Ordinal) + cell[(end + 2)..];
        }

        return cell.Replace("@NUL@", "\0", StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        if (_child is { Asked: < CellsOfAChild })
        {
            return;
        }

        Drop();
        _child = start();
        Answer version = await _child.AskAsync("victim", $"kept = '{Secrets.Value}'\nimport sys\nprint(sys.version_info[1])");
        _minor = int.Parse(version.Stdout, CultureInfo.InvariantCulture);
    }
}
