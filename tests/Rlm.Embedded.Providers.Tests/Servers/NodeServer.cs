using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A server of tests/servers, started on a free loopback port and stopped with the test.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeServer(Process process, int port)
    {
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}/");
    }

    public Uri Address { get; }

    /// <summary>The mock of the model services.</summary>
    public static Task<NodeServer> MockAsync(string fixtures, params string[] more) => StartAsync(port =>
        ["node_modules/@copilotkit/aimock/dist/cli.js", "--host", "127.0.0.1", "--port", $"{port}", "--fixtures", fixtures,
         "--journal-max", "0", "--log-level", "warn", .. more]);

    /// <summary>Portkey's gateway.</summary>
    public static Task<NodeServer> GatewayAsync() => StartAsync(port =>
        ["--require", "./loopback-only.cjs", "node_modules/@portkey-ai/gateway/build/start-server.js", $"--port={port}", "--headless"]);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<NodeServer> StartAsync(Func<int, IEnumerable<string>> arguments)
    {
        string folder = Folder();
        int port = FreePort();
        var start = new ProcessStartInfo("node", arguments(port))
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var said = new System.Text.StringBuilder();
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("Node is not installed: the tests against npm servers are skipped.");
            throw;
        }

        process.OutputDataReceived += (_, line) => said.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        long began = Stopwatch.GetTimestamp();
        while (!await IsListeningAsync(port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The server did not start: {said}");
            }

            await Task.Delay(20);
        }

        return new NodeServer(process, port);
    }

    private static string Folder()
    {
        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            string folder = Path.Combine(above.FullName, "tests", "servers");
            if (File.Exists(Path.Combine(folder, "package.json")))
            {
                if (!Directory.Exists(Path.Combine(folder, "node_modules")))
                {
                    Assert.Ignore("The npm servers are not installed: run tests/servers/install.");
                }

                return folder;
            }
        }

        Assert.Ignore("No tests/servers above the tests.");
        return "";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsListeningAsync(int port)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
