using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>A process that runs cells: `rlm repl --jsonl`, or the host with a layer switched off.</summary>
internal sealed class Child : IDisposable
{
    /// <summary>What a cell that is not stopped in time costs a test before the child counts as hung.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>The same for cells that run together: their answers come when the last one has ended.</summary>
    private static readonly TimeSpan s_patienceWithMany = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task<string> _error;
    private int _id;

    private Child(string assembly, string[] arguments)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["RLM_SECRET"] = Secrets.Value;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => _process.Id;

    /// <summary>The most memory that was resident at once.</summary>
    public long PeakMebibytes
    {
        get
        {
            string peak = File.ReadLines($"/proc/{ProcessId}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Sessions asked so far: a child is not used for ever.</summary>
    public int Asked => _id;

    public static Child OfTool(params string[] flags) => new("rlm.dll", ["repl", "--jsonl", .. flags]);

    public static Child OfHost(params string[] flags) => new("Rlm.Embedded.Containment.Host.dll", flags);

    /// <summary>Runs a cell.</summary>
    /// <exception cref="ChildDiedException">The process ended or hangs.</exception>
    public async Task<Answer> AskAsync(string session, string code, double timeout = 10)
    {
        await SendAsync(Request(session, code, timeout, context: null));
        return await ReadAsync(s_patience);
    }

    /// <summary>Runs a cell; where the interpreter is held for the moment, again when it is free.</summary>
    /// <exception cref="ChildDiedException">The process ended, hangs or stays held.</exception>
    public async Task<Answer> AskWhenFreeAsync(string session, string code)
    {
        Stopwatch waited = Stopwatch.StartNew();
        Answer answer;
        while ((answer = await AskAsync(session, code)).IsWedged)
        {
            if (waited.Elapsed > s_patience)
            {
                throw new ChildDiedException($"the interpreter is still held after {s_patience.TotalSeconds} s");
            }

            await Task.Delay(50);
        }

        return answer;
    }

    /// <summary>Closes a session and drops what it holds.</summary>
    public async Task<Answer> CloseAsync(string session)
    {
        await SendAsync(JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal) { ["session"] = session, ["close"] = true }));
        return await ReadAsync(s_patience);
    }

    /// <summary>Runs cells of different sessions at the same time (host only).</summary>
    public Task<Answer[]> AskTogetherAsync(IEnumerable<(string Session, string Code, double Timeout)> cells) =>
        AskTogetherAsync(cells.Select(cell => (cell.Session, cell.Code, cell.Timeout, (string?)null)));

    /// <summary>The same, with the JSON of the <c>context</c> that a session begins with.</summary>
    public async Task<Answer[]> AskTogetherAsync(IEnumerable<(string Session, string Code, double Timeout, string? Context)> cells)
    {
        string[] requests = [.. cells.Select(cell => Request(cell.Session, cell.Code, cell.Timeout, cell.Context))];
        await SendAsync("[" + string.Join(',', requests) + "]");
        Answer[] answers = new Answer[requests.Length];
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = await ReadAsync(s_patienceWithMany);
        }

        return answers;
    }

    /// <summary>Ends it in the ordinary way; what it said on stderr.</summary>
    public async Task<string> EndAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource late = new(s_patience);
        await _process.WaitForExitAsync(late.Token);
        _process.ExitCode.ShouldBe(0, await _error);
        return await _error;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private string Request(string session, string code, double timeout, string? context)
    {
        Dictionary<string, object> request = new(StringComparer.Ordinal)
        {
            ["id"] = ++_id,
            ["session"] = session,
            ["code"] = code,
            ["timeout"] = timeout,
        };
        if (context is not null)
        {
            request["context"] = JsonElement.Parse(context);
        }

        return JsonSerializer.Serialize(request);
    }

    private async Task SendAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // The answer will not come; reading it says why.
        }
    }

    private async Task<Answer> ReadAsync(TimeSpan patience)
    {
        string? line;
        try
        {
            line = await _process.StandardOutput.ReadLineAsync().WaitAsync(patience);
        }
        catch (TimeoutException late)
        {
            _process.Kill();
            throw new ChildDiedException($"no answer within {patience.TotalSeconds} s", late);
        }

        if (line is not null)
        {
            return Answer.Read(line);
        }

        await _process.WaitForExitAsync();
        string error = await _error;
        throw new ChildDiedException($"the process ended with {_process.ExitCode}: {(error.Length > 1500 ? error[..1500] : error)}");
    }
}
