using System.Diagnostics;
using NUnit.Framework;

namespace Rlm.Embedded.ProcessTests;

/// <summary>One run of the host program with one scenario.</summary>
internal sealed class HostProcess : IDisposable
{
    /// <summary>A process that takes longer hangs.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private HostProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Starts a scenario.</summary>
    /// <param name="environment">Variables to set; null removes one.</param>
    /// <param name="arguments">The scenario and its arguments.</param>
    /// <remarks>A shell that runs the tests in the background has Ctrl+C ignored, and what it starts would inherit that.</remarks>
    public static HostProcess Start(IReadOnlyDictionary<string, string?>? environment, params string[] arguments) =>
        StartUnder(OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [], environment, arguments);

    /// <summary>Starts a scenario by way of a command that runs another one in its place.</summary>
    public static HostProcess StartUnder(string[] command, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        command = [.. command, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = TestContext.CurrentContext.WorkDirectory,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Rlm.Embedded.ProcessTests.Host.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // An unhandled exception is to end the process, not to fill the disk.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
            if (value is null)
            {
                start.Environment.Remove(name);
            }
        }

        HostProcess host = new(Process.Start(start)!);
        host._process.StandardInput.Close();
        return host;
    }

    /// <summary>Runs a scenario to its end: exit code and what it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        using HostProcess host = Start(environment, arguments);
        return await host.OutcomeAsync();
    }

    /// <summary>Waits for its end: exit code and what it printed.</summary>
    public async Task<(int Code, string Output)> OutcomeAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Guard);
        int code = await ExitAsync(Guard);
        return (code, output + await _errors);
    }

    /// <summary>The next line it prints.</summary>
    public async Task<string?> LineAsync(TimeSpan? limit = null) => await _process.StandardOutput.ReadLineAsync().WaitAsync(limit ?? Guard);

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        using CancellationTokenSource late = new(limit);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the process did not end within {limit.TotalSeconds} s");
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill() => _process.Kill();

    public async Task<string> ErrorsAsync() => await _errors.WaitAsync(Guard);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
