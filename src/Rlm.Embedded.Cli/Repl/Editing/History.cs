using System.Text;
using System.Text.Json;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>Cells of this and earlier sessions, oldest first, kept in a file that only its owner reads: one JSON string a line.</summary>
internal sealed class History
{
    private const int Most = 1000;
    private const int LongestKept = 64 * 1024;
    private const long MostBytes = 4 << 20;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly List<string> _cells = [];
    private string? _file;

    private History(string? file) => _file = file;

    public IReadOnlyList<string> Cells => _cells;

    /// <summary>Why cells are not kept over restarts although they should be, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where it is kept: <c>RLM_HISTORY</c>, empty for nowhere; else the user's data folder. Null for nowhere.</summary>
    public static string? DefaultFile()
    {
        if (Environment.GetEnvironmentVariable("RLM_HISTORY") is { } named)
        {
            return named.Length > 0 ? named : null;
        }

        string folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0 ? Path.Combine(folder, "rlm", "repl-history.jsonl") : null;
    }

    /// <summary>Opens it; with null, what is written is forgotten at the end.</summary>
    public static History Open(string? file)
    {
        History history = new(file);
        if (file is not null)
        {
            history.Guard(() => history.Load(file));
        }

        return history;
    }

    /// <summary>Adds a cell, unless it is the last again.</summary>
    public void Add(string cell)
    {
        cell = cell.TrimEnd();
        if (cell.Length == 0 || (_cells.Count > 0 && _cells[^1] == cell))
        {
            return;
        }

        _cells.Add(cell);
        if (_file is { } file && cell.Length <= LongestKept)
        {
            Guard(() =>
            {
                using FileStream stream = Write(file, FileMode.Append);

                // Whole lines in one write: others may add theirs.
                stream.Write(Encoding.UTF8.GetBytes(Line(cell)));
            });
        }
    }

    private static string Line(string cell)
    {
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line, Frame.JsonText.Options))
        {
            Frame.JsonText.Write(json, cell);
        }

        return Encoding.UTF8.GetString(line.ToArray()) + "\n";
    }

    private static FileStream Write(string file, FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(file, options);
    }

    private void Load(string file)
    {
        if (!File.Exists(file))
        {
            DirectoryInfo folder = new(Path.GetDirectoryName(Path.GetFullPath(file))!);
            if (!folder.Exists)
            {
                folder.Create();
            }

            return;
        }

        if (!Frame.RegularFile.Is(file))
        {
            throw new IOException($"'{file}' is no ordinary file.");
        }

        long bytes = new FileInfo(file).Length;
        if (bytes > 0 && Read(File.ReadLines(file, Encoding.UTF8).First()) is null)
        {
            throw new IOException($"'{file}' holds something else.");
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, OwnerOnly);
        }

        int lines = 0;
        foreach (string line in File.ReadLines(file, Encoding.UTF8))
        {
            lines++;
            if (Read(line) is { } cell)
            {
                _cells.Add(cell);
            }
        }

        if (_cells.Count > Most)
        {
            _cells.RemoveRange(0, _cells.Count - Most);
        }

        if (bytes > MostBytes || lines > 2 * Most)
        {
            Shorten(file);
        }
    }

    private void Shorten(string file)
    {
        string partial = $"{file}.{Guid.NewGuid():N}.partial";
        using (FileStream stream = Write(partial, FileMode.CreateNew))
        {
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(_cells.Skip(_cells.Count / 2).Select(Line))));
        }

        File.Move(partial, file, overwrite: true);
    }

    private static string? Read(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement is { ValueKind: JsonValueKind.String } cell ? cell.GetString() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A line that another program wrote, or half of one.
            return null;
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Problem = $"the history is not kept: {exception.Message} Name another file in RLM_HISTORY, or pass --no-history.";
            _file = null;
        }
    }
}
