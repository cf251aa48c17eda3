using System.Buffers;
using System.Text.Json;

namespace Rlm.Embedded.Trajectories;

/// <summary>Writes runs in the format of the reference library's viewer (docs/trajectory-format.md).</summary>
public static class ReferenceTrajectory
{
    private static readonly JsonWriterOptions s_json = new() { Encoder = TrajectoryJson.Encoder };

    /// <summary>Writes a run to a new file in a folder. Children are nested in the calls that made them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="name">What the file's name begins with.</param>
    /// <returns>The file's path.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Export(TrajectoryRun run, string folder, string name = "rlm")
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, TrajectoryFile.NewName(name, run.Metadata.Timestamp));
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, s_json);
        json.WriteStartObject();
        json.WriteString("type"u8, "metadata"u8);
        json.WriteString("timestamp"u8, Timestamp(run.Metadata.Timestamp));
        ReferenceJson.WriteMetadata(json, run.Metadata);
        json.WriteEndObject();
        EndLine();
        var prompt = new List<TrajectoryMessage>();
        foreach (var iteration in run.Iterations)
        {
            ReferenceJson.AddPrompt(prompt, iteration);
            ReferenceJson.WriteIteration(json, run, iteration, prompt);
            EndLine();
        }

        return path;

        void EndLine()
        {
            json.Flush();
            buffer.Write("\n"u8);
            file.Write(buffer.WrittenSpan);
            buffer.ResetWrittenCount();
            json.Reset();
        }
    }

    internal static string Timestamp(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff");
}
