using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Rlm.Embedded.Providers;

namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>The built tool, run as a process of its own.</summary>
internal sealed partial class ToolProcess : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        Process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public Process Process { get; }

    /// <summary>Starts it with pipes. A variable set to null is removed.</summary>
    public static ToolProcess Start(string[] arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        // A shell that runs the tests in the background has Ctrl+C ignored, and what it starts inherits that.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? "",
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "rlm.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What the developer has set must not decide a test.
        foreach (string variable in ModelCatalog.Default.Providers.SelectMany(provider => provider.Variables))
        {
            start.Environment.Remove(variable);
        }

        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
            if (value is null)
            {
                start.Environment.Remove(name);
            }
        }

        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Outcome> RunAsync(string[] arguments, byte[]? input = null, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        using ToolProcess tool = Start(arguments, environment, folder);
        Task<string> output = tool.Process.StandardOutput.ReadToEndAsync();
        try
        {
            await tool.Process.StandardInput.BaseStream.WriteAsync(input ?? []);
            tool.Process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all.
        }

        return await tool.EndAsync(output);
    }

    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    /// <summary>Runs a shell line in which <c>$RLM</c> is the tool.</summary>
    public static async Task<Outcome> ShellAsync(string line)
    {
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        start.Environment["RLM"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "rlm.dll")}";
        using ToolProcess shell = new(Process.Start(start)!);
        shell.Process.StandardInput.Close();
        return await shell.EndAsync(shell.Process.StandardOutput.ReadToEndAsync());
    }

    /// <summary>Waits for the end.</summary>
    public async Task<Outcome> EndAsync(Task<string>? output = null)
    {
        output ??= Process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await Process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Process.Kill(entireProcessTree: true);
            Assert.Fail($"rlm did not end within {Patience}.\n{await output}\n{await _error}");
        }

        return new Outcome(Process.ExitCode, await output, await _error);
    }

    /// <summary>Waits until it has used this much more processor time.</summary>
    public async Task WaitUntilBusyAsync(TimeSpan used)
    {
        Process.Refresh();
        TimeSpan enough = Process.TotalProcessorTime + used;
        while (!Process.HasExited && Process.TotalProcessorTime < enough)
        {
            await Task.Delay(10);
            Process.Refresh();
        }
    }

    /// <summary>What Ctrl+C sends.</summary>
    public void Interrupt() => _ = Kill(Process.Id, 2);

    public void Terminate() => _ = Kill(Process.Id, 15);

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
