using System.Buffers;
using System.Text.Json;
using Rlm.Embedded.Engine;

namespace Rlm.Embedded.Trajectories;

/// <summary>
/// Writes a tree of runs to a file of its own, line by line as it happens: each line is handed to the operating system whole, so that a
/// process that dies loses at most the line it was writing. Thread-safe: children run side by side.
/// </summary>
internal sealed class TrajectoryWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RunSetup _setup;
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, RlmEvent.RunStarted> _unwritten = new(StringComparer.Ordinal);
    private bool _failed;

    private TrajectoryWriter(RunSetup setup, FileStream file)
    {
        _setup = setup;
        _file = file;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = TrajectoryJson.Encoder });
    }

    public string Path => _file.Name;

    /// <summary>Makes the file of a run, or gives null when none is asked for.</summary>
    /// <exception cref="RlmConfigurationException">It cannot be made.</exception>
    public static TrajectoryWriter? Open(RunSetup setup)
    {
        if (setup.Options.TrajectoryFolder is not { } folder)
        {
            return null;
        }

        try
        {
            Directory.CreateDirectory(folder);
            var path = System.IO.Path.Combine(folder, TrajectoryFile.NewName("rlm", setup.Options.TimeProvider.GetUtcNow()));
            return new TrajectoryWriter(setup, new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new RlmConfigurationException($"No trajectory can be written to RlmOptions.TrajectoryFolder, '{folder}': {cause.Message} Name a folder that this process may write to.", cause);
        }
    }

    /// <summary>Writes what of an event belongs into the file.</summary>
    public void Observe(RlmEvent happened)
    {
        switch (happened)
        {
            case RlmEvent.RunStarted started:
                lock (_gate)
                {
                    _unwritten.Add(started.RunId, started);
                }

                break;
            case RlmEvent.ContextLoaded loaded:
                WriteMetadata(loaded.RunId, loaded);
                break;
            case RlmEvent.TurnEnded ended:
                WriteMetadata(ended.RunId, loaded: null);
                Write(TrajectoryLines.Of(ended.RunId, ended.Turn));
                break;
            case RlmEvent.RunEnded ended:
                WriteMetadata(ended.RunId, loaded: null);
                Write(TrajectoryLines.Of(ended, Now));
                break;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _failed = true;
            _json.Dispose();
            _file.Dispose();
        }
    }

    private DateTimeOffset Now => _setup.Options.TimeProvider.GetUtcNow();

    private void WriteMetadata(string runId, RlmEvent.ContextLoaded? loaded)
    {
        RlmEvent.RunStarted? started;
        lock (_gate)
        {
            if (!_unwritten.Remove(runId, out started))
            {
                return;
            }
        }

        var context = new TrajectoryContext(loaded?.Context.Type, loaded?.Context.Characters, ContextHash.Of(started.Context));
        Write(RunDescription.Of(_setup, started, context, loaded?.Environment, Now));
    }

    private void Write(TrajectoryLine line)
    {
        lock (_gate)
        {
            if (_failed)
            {
                return;
            }

            try
            {
                _buffer.ResetWrittenCount();
                _json.Reset(_buffer);
                JsonSerializer.Serialize(_json, line, TrajectoryJson.Default.TrajectoryLine);
                _buffer.Write("\n"u8);
                _file.Write(_buffer.WrittenSpan);
            }
            catch (IOException cause)
            {
                _failed = true; // a full disk must not cost the run, which is paid for
                _setup.Logger?.TrajectoryLost(cause, _file.Name);
            }
        }
    }
}
