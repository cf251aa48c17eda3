namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <summary>A process that random programs run in, and what it looked like before them.</summary>
internal sealed class FuzzedChild : IDisposable
{
    private const string Watcher = "trusted:watcher";
    private const double CellTimeout = 0.3;

    // These load what sessions load lazily, so that it is there before the first fingerprint.
    private const int WarmUpSeed = -1_000;
    private const int WarmUpPrograms = 400;

    private readonly Child _child;
    private readonly Secrets _secrets;
    private HashSet<string> _descriptors = [];
    private int _sessions;

    private FuzzedChild(Child child, Secrets secrets)
    {
        _child = child;
        _secrets = secrets;
    }

    public static async Task<FuzzedChild> StartAsync(Secrets secrets)
    {
        FuzzedChild fuzzed = new(Child.OfHost("--memory", "64"), secrets);
        await fuzzed._child.AskAsync("victim", $"kept = '{Secrets.Value}'");
        string watch = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Fuzz", "fingerprint.py"));
        (await fuzzed._child.AskAsync(Watcher, watch)).ErrorType.ShouldBeNull();
        await fuzzed.OpenSessionAsync();
        foreach (string module in ProgramGrammar.Modules)
        {
            await fuzzed._child.AskAsync("fuzz1", "import " + module);
        }

        Tally unused = new();
        for (int i = 0; i < WarmUpPrograms; i++)
        {
            await fuzzed.RunAsync(WarmUpSeed + i, unused);
        }

        await fuzzed.OpenSessionAsync();
        Answer taken = await fuzzed._child.AskWhenFreeAsync(Watcher, "_names = {n for n, m in _sys.modules.items()}\n_before = _fingerprint()\nprint(len(_before))");
        int.Parse(taken.Stdout, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(5_000);
        fuzzed._descriptors = fuzzed.Descriptors();
        return fuzzed;
    }

    /// <summary>Ends the session of the programs and opens another.</summary>
    public async Task OpenSessionAsync()
    {
        if (_sessions > 0)
        {
            await _child.CloseAsync($"fuzz{_sessions}");
        }

        _sessions++;
    }

    /// <summary>Runs the program of a seed.</summary>
    public async Task RunAsync(int seed, Tally tally)
    {
        string program = _secrets.Fill(new ProgramGrammar(seed).Next());
        try
        {
            Answer answer = await _child.AskAsync($"fuzz{_sessions}", program, CellTimeout);
            tally.Add(answer);
            _secrets.Leak(answer.Line).ShouldBeNull($"seed {seed}\n{program}\n{answer}");
            if (answer.IsWedged)
            {
                await _child.AskWhenFreeAsync("victim", "1");
            }
        }
        catch (ChildDiedException death)
        {
            Assert.Fail($"seed {seed}: {death.Message}\n{program}");
        }
    }

    /// <summary>Compares what sessions share, and what the process has open and started, with the beginning.</summary>
    public async Task CheckAsync(int firstSeed, int lastSeed)
    {
        string seeds = $"one of the programs of seeds {firstSeed} to {lastSeed}";
        Answer victim = await _child.AskWhenFreeAsync("victim", "len(kept) + 1");
        victim.Stdout.ShouldBe($"{Secrets.Value.Length + 1}\n", $"{seeds} disturbed another session: {victim}");
        Answer changed = await _child.AskWhenFreeAsync(Watcher, "print(*list(_differences(_before, _fingerprint()))[:40], sep='\\n')");
        changed.ErrorType.ShouldBeNull(changed.ToString());
        changed.Stdout.Trim().ShouldBeEmpty($"{seeds} changed what sessions share");
        Descriptors().Except(_descriptors).ShouldBeEmpty($"{seeds} opened");
        Directory.EnumerateDirectories($"/proc/{_child.ProcessId}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ShouldBeEmpty($"{seeds} started a process");
    }

    public void Dispose() => _child.Dispose();

    // Names of files only: pipes and sockets of .NET's own have numbers in theirs.
    private HashSet<string> Descriptors()
    {
        HashSet<string> open = new(StringComparer.Ordinal);
        foreach (string link in Directory.EnumerateFiles($"/proc/{_child.ProcessId}/fd"))
        {
            if (new FileInfo(link).LinkTarget is { } target && target.StartsWith('/') && !target.EndsWith(".dll", StringComparison.Ordinal))
            {
                open.Add(target);
            }
        }

        return open;
    }
}
