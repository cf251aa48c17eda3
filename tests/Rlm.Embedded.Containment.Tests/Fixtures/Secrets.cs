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
        File.WriteAllText(FilePath, InFile);
        _server.Start();
    }

    /// <summary>In every place the same; found in an output it has leaked. In no source of a case.</summary>
    public static string Value { get; } = "CANARY-" + Guid.NewGuid().ToString("N");

    /// <summary>What the file holds: the value, and what no other place has.</summary>
    private static string InFile => Value + "-of-the-file";

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
        return Shows(output, Value) ? "the secret was printed" : Reach(output);
    }

    /// <summary>What was done to files and sockets, or null: what a session shows that lay in memory does not count.</summary>
    public string? Reach(string output)
    {
        if (Shows(output, InFile))
        {
            return "the file was printed";
        }

        string[] made = [.. Directory.EnumerateFileSystemEntries(_folder).Where(path => path != FilePath)];
        if (made.Length > 0)
        {
            made.ToList().ForEach(File.Delete);
            return "a file was made";
        }

        if (File.ReadAllText(FilePath) != InFile)
        {
            File.WriteAllText(FilePath, InFile);
            return "a file was changed";
        }

        if (_server.Pending())
        {
            _server.AcceptSocket().Dispose();
            return "a connection was made";
        }

        return null;
    }

    private static bool Shows(string output, string value) =>
        output.Contains(value, StringComparison.Ordinal)
        || output.Contains(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(value)), StringComparison.Ordinal)
        || output.Contains(new string([.. value.Reverse()]), StringComparison.Ordinal);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
