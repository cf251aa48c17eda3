using System.Globalization;
using System.Text;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>Runs cases one after the other, each in a session of its own, in as few children as will do.</summary>
internal sealed class CaseRunner(Func<Child> start) : IDisposable
{
    private const int CellsOfAChild = 200;

    private readonly Secrets _secrets = new();
    private Child? _child;
    private int _minor;
    private int _sessions;

    /// <summary>What went wrong, or null. A case that this version of Python cannot have passes.</summary>
    /// <param name="tried">The case.</param>
    /// <param name="onlySecrets">Whether it is enough that nothing leaks and the process lives.</param>
    public async Task<string?> RunAsync(Case tried, bool onlySecrets = false)
    {
        try
        {
            return await TryAsync(tried, onlySecrets);
        }
        catch (ChildDiedException death)
        {
            Drop();
            return death.Message;
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

    private async Task<string?> TryAsync(Case tried, bool onlySecrets)
    {
        await StartAsync();
        if (_minor < tried.From || _minor > tried.To)
        {
            return null;
        }

        string session = $"s{++_sessions}";
        StringBuilder seen = new();
        bool error = false;
        Answer last = null!;
        foreach (string cell in tried.Cells)
        {
            if (tried.Expected == "fresh" && cell == tried.Cells[^1])
            {
                session += "-fresh";
            }

            last = await _child!.AskAsync(session, _secrets.Fill(Expand(cell)), tried.Timeout);
            seen.Append(last.Line).Append('\n');
            error |= last.ErrorType is not null;
        }

        Answer next = await _child!.AskWhenFreeAsync(session, "6 * 7 + 3");
        seen.Append(next.Line).Append('\n');
        Answer fresh = await _child!.AskWhenFreeAsync("victim", "len(kept) + 1");
        seen.Append(fresh.Line);
        if ((await _child!.CloseAsync(session)).IsWedged)
        {
            await _child.AskWhenFreeAsync("victim", "1");
        }

        string all = seen.ToString();
        string? problem = _secrets.Leak(all);
        if (problem is null && !onlySecrets)
        {
            problem = Judge(tried, last, error, all);
        }

        if (problem is null && (next.ErrorType is not null || !next.Stdout.StartsWith("45\n", StringComparison.Ordinal)))
        {
            problem = "the next cell of the session went wrong";
        }

        if (problem is null && fresh.Stdout != $"{Secrets.Value.Length + 1}\n")
        {
            problem = "another session was disturbed";
        }

        return problem is null ? null : $"{problem}\n{last}\n{next}\n{fresh}";
    }

    private static string? Judge(Case tried, Answer last, bool error, string all)
    {
        string[] expected = tried.Expected.Split(':', 2);
        return expected[0] switch
        {
            "refused" => error || !all.Contains("ESCAPED", StringComparison.Ordinal) ? null : "it was not refused",
            "contained" => null,
            "works" or "fresh" => last.ErrorType is null && (tried.Out is null || last.Stdout == tried.Out) ? null : $"expected {tried.Out}",
            "stopped" => expected[1].Split(',').Contains(last.Stopped, StringComparer.Ordinal) ? null : $"it was not stopped by {expected[1]} but {last.Stopped ?? "nothing"}",
            _ => $"unknown expectation '{tried.Expected}'",
        };
    }

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
