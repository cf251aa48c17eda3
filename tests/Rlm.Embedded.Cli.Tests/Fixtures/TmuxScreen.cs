using System.Diagnostics;
using System.Text;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>The built tool on a terminal of some size, typed to and read as a person does it. Waits for what is to be seen, never for a time.</summary>
internal sealed class TmuxScreen : IAsyncDisposable
{
    private static readonly Lazy<bool> s_isThere = new(static () => Environment.GetEnvironmentVariable("PATH") is { } path
        && path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "tmux"))));

    private readonly string _server = $"rlm-{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    private TmuxScreen()
    {
    }

    /// <summary>Starts the tool in a shell that says <c>ENDED</c>, the exit code and whether the terminal echoes when it has ended.</summary>
    /// <param name="arguments">For the tool, as a shell reads them.</param>
    /// <param name="columns">Columns of the terminal.</param>
    /// <param name="rows">Rows of the terminal.</param>
    /// <param name="history">The file of the history; null for none.</param>
    /// <param name="variables">Further environment variables, as a shell reads them.</param>
    public static async Task<TmuxScreen> StartAsync(string arguments = "repl", int columns = 80, int rows = 30, string? history = null, string variables = "")
    {
        if (!s_isThere.Value)
        {
            Assert.Ignore("tmux is not installed (apt-get install tmux): the prompt is driven on its terminal.");
        }

        TmuxScreen screen = new();
        string unset = string.Concat(ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables).Select(variable => $"-u {variable} "));
        string script = screen._folder.Write("run.sh", $"""
            trap : INT
            env {unset}-u NO_COLOR RLM_HISTORY='{history}' {variables} dotnet '{Path.Combine(AppContext.BaseDirectory, "rlm.dll")}' {arguments}
            echo "ENDED $? $(stty -a | grep -o -e '-\?\becho\b')"
            exec sleep 100000
            """);
        await screen.TmuxAsync("new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", $"LC_ALL=C.UTF-8 exec sh {script}");
        return screen;
    }

    /// <summary>Starts the tool and waits for its prompt.</summary>
    public static async Task<TmuxScreen> PromptAsync(string arguments = "repl", int columns = 80, int rows = 30, string? history = null, string variables = "")
    {
        TmuxScreen screen = await StartAsync(arguments, columns, rows, history, variables);
        await screen.WaitAsync(">>>");
        return screen;
    }

    /// <summary>Types text.</summary>
    public Task TypeAsync(string text) => TmuxAsync("send-keys", "-l", "--", text);

    /// <summary>Presses keys, by tmux's names.</summary>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Types a cell and waits for the prompt that follows what it shows.</summary>
    public async Task<string> RunAsync(string code, string shown)
    {
        await TypeAsync(code);
        await PressAsync("Enter");
        return await WaitAsync(lines => lines.Length > 1 && lines[^1] == ">>>" && lines[^2].Contains(shown, StringComparison.Ordinal), $"'{shown}' above a prompt");
    }

    /// <summary>Pastes text as a terminal does that marks what is pasted.</summary>
    public async Task PasteAsync(string text)
    {
        string file = _folder.Write("pasted", text);
        await TmuxAsync("load-buffer", file);
        await TmuxAsync("paste-buffer", "-p");
    }

    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>The process of the tool.</summary>
    public async Task<int> ProcessAsync()
    {
        string shell = (await TmuxAsync("display-message", "-p", "#{pane_pid}")).Trim();
        return int.Parse((await File.ReadAllTextAsync($"/proc/{shell}/task/{shell}/children")).Split(' ')[0]);
    }

    /// <summary>The screen and what has left it at the top; escape sequences of colours on demand.</summary>
    public Task<string> ReadAsync(bool colors = false) => TmuxAsync(["capture-pane", "-p", "-J", "-S", "-", .. (string[])(colors ? ["-e"] : [])]);

    /// <summary>Where the cursor stands.</summary>
    public async Task<(int Column, int Row)> CursorAsync()
    {
        string[] place = (await TmuxAsync("display-message", "-p", "#{cursor_x} #{cursor_y}")).Split(' ');
        return (int.Parse(place[0]), int.Parse(place[1]));
    }

    /// <summary>Waits until the screen shows a text.</summary>
    public Task<string> WaitAsync(string text) => WaitAsync(lines => string.Join('\n', lines).Contains(text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>Waits until the lines of the screen are as wanted.</summary>
    public async Task<string> WaitAsync(Func<string[], bool> isShown, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string screen = await ReadAsync();
            if (isShown([.. screen.TrimEnd().Split('\n').Select(line => line.TrimEnd())]))
            {
                return screen;
            }

            if (Stopwatch.GetElapsedTime(start) > ToolProcess.Patience)
            {
                Assert.Fail($"{what} was not shown within {ToolProcess.Patience}:\n{screen}");
            }

            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync("kill-server");
        _folder.Dispose();
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("tmux") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string argument in (string[])["-u", "-L", _server, "-f", "/dev/null", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("TMUX");
        using Process tmux = Process.Start(start)!;
        Task<string> error = tmux.StandardError.ReadToEndAsync();
        string output = await tmux.StandardOutput.ReadToEndAsync();
        await tmux.WaitForExitAsync();
        return tmux.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {arguments[0]}: {await error}");
    }
}
