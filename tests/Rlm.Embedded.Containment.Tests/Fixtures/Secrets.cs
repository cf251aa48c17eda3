using System.Net;
using System.Net.Sockets;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>What must not get out, and where it is: the environment, a file, another session, a server.</summary>
internal sealed class Secrets : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rlm-contain-").FullName;
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public Secrets()
    {
        File.WriteAllText(FilePath, Value);
        _server.Start();
    }

    /// <summary>In every place the same; found in an output it has leaked. In no source of a case.</summary>
    public static string Value { get; } = "CANARY-" + Guid.NewGuid().ToString("N");

    public string FilePath => Path.Combine(_folder, "secret.txt");

    /// <summary>A file that no case may bring about.</summary>
    public string TargetPath => Path.Combine(_folder, "made-by-a-case");

    /// <summary>Puts the places into the code of a case.</summary>
    public string Fill(string code) => code
        .Replace("@FILE@", FilePath, StringComparison.Ordinal)
        .Replace("@TARGET@", TargetPath, StringComparison.Ordinal)
        .Replace("@FOLDER@", _folder, StringComparison.Ordinal)
        .Replace("@PORT@", $"{((IPEndPoint)_server.LocalEndpoint).Port}", StringComparison.Ordinal);

    /// <summary>What got out, or null. The value also reversed and in hex.</summary>
    public string? Leak(string output)
    {
        string hex = Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Value));
        string backwards = new([.. Value.Reverse()]);
        if (output.Contains(Value, StringComparison.Ordinal) || output.Contains(hex, StringComparison.Ordinal) || output.Contains(backwards, StringComparison.Ordinal))
        {
            return "the secret was printed";
        }

        string[] made = [.. Directory.EnumerateFileSystemEntries(_folder).Where(path => path != FilePath)];
        if (made.Length > 0)
        {
            made.ToList().ForEach(File.Delete);
            return "a file was made";
        }

        if (File.ReadAllText(FilePath) != Value)
        {
            File.WriteAllText(FilePath, Value);
            return "a file was changed";
        }

        if (_server.Pending())
        {
            _server.AcceptSocket().Dispose();
            return "a connection was made";
        }

        return null;
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
