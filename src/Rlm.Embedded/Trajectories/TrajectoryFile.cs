using System.Text.Json;

namespace Rlm.Embedded.Trajectories;

/// <summary>Reads trajectory files.</summary>
public static class TrajectoryFile
{
    private const int MostLevels = 500;

    /// <summary>Reads a run with its children, also from a log of the reference library (docs/trajectory-format.md says what is not in one). Of a run whose process died, all lines but the one it was writing are there.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RlmException">It is no trajectory, or one of a later version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrajectoryRun Read(string path)
    {
        var lines = ReadLines(path).ToList();
        var iterations = lines.OfType<TrajectoryIteration>().ToLookup(line => line.RunId, StringComparer.Ordinal);
        var ends = Single<TrajectoryEnd>().ToDictionary(line => line.RunId, StringComparer.Ordinal);
        var children = Single<TrajectoryMetadata>().Where(line => line.ParentRunId is not null).ToLookup(line => line.ParentRunId!, StringComparer.Ordinal);
        return lines.OfType<TrajectoryMetadata>().FirstOrDefault(line => line.ParentRunId is null) is { } root
            ? Run(root, 0)
            : throw new RlmException($"'{path}' holds no run. It may have been cut off before its first line was written.");

        // A run that occurs twice could be its own child.
        IEnumerable<T> Single<T>()
            where T : TrajectoryLine =>
            lines.OfType<T>().GroupBy(line => line.RunId, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
                ? throw new RlmException($"'{path}' begins or ends the run '{twice.Key}' twice. It is damaged, or two files were put together.")
                : lines.OfType<T>();

        TrajectoryRun Run(TrajectoryMetadata metadata, int level) => level > MostLevels
            ? throw new RlmException($"'{path}' holds runs nested more than {MostLevels} deep.")
            : new(
                metadata,
                [.. iterations[metadata.RunId].OrderBy(line => line.Iteration)],
                ends.GetValueOrDefault(metadata.RunId),
                [.. children[metadata.RunId].Select(child => Run(child, level + 1))]);
    }

    /// <summary>
    /// The lines in the order they were written, read one at a time. An unfinished last line is left out. A line of the reference library's comes to
    /// several: those of the children that it holds follow it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RlmException">A line is no line of a trajectory, or of a later version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<TrajectoryLine> ReadLines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var number = 0;
        ReferenceReader? reference = null;
        for (var text = reader.ReadLine(); text is not null;)
        {
            number++;
            if (number == 1 && ReferenceReader.IsFirstLine(text))
            {
                reference = new ReferenceReader();
            }

            var next = reader.ReadLine();
            foreach (var line in Parse(path, number, text, isLast: next is null, reference))
            {
                yield return line;
            }

            text = next;
        }

        if (reference?.End is { } end)
        {
            yield return end;
        }
    }

    /// <summary>The name of a new file: <c>name_yyyy-MM-dd_HH-mm-ss_8 hex digits.jsonl</c>.</summary>
    internal static string NewName(string name, DateTimeOffset now) => $"{name}_{now:yyyy-MM-dd_HH-mm-ss}_{Guid.NewGuid().ToString("N")[..8]}.jsonl";

    private static IReadOnlyList<TrajectoryLine> Parse(string path, int number, string text, bool isLast, ReferenceReader? reference)
    {
        try
        {
            return reference?.Read(text)
                ?? (JsonSerializer.Deserialize(text, TrajectoryJson.Default.TrajectoryLine) is not { } line ? []
                : line is TrajectoryMetadata { SchemaVersion: > TrajectoryMetadata.CurrentSchemaVersion } later
                    ? throw new RlmException($"'{path}' has schema_version {later.SchemaVersion}; this version of Rlm.Embedded reads up to {TrajectoryMetadata.CurrentSchemaVersion}. Use a later one.")
                    : [line]);
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            return number == 1 ? throw new RlmException($"'{path}' is not a trajectory: line 1 is {Fault(text, reference is not null)}. Name a file of RlmOptions.TrajectoryFolder.", cause)
                : isLast ? []
                : throw new RlmException($"'{path}' is a damaged trajectory: line {number} is {Fault(text, reference is not null)}. Mend or take out that line.", cause);
        }
    }

    private static string Fault(string text, bool isReference)
    {
        try
        {
            using var json = PythonJson.Parse(text);
            return json.RootElement.ValueKind != JsonValueKind.Object ? "no JSON object"
                : isReference ? "no line with the \"type\" iteration"
                : json.RootElement.TryGetProperty("type"u8, out var type) && type.ValueKind == JsonValueKind.String && type.GetString() is "metadata" or "iteration" or "end"
                    ? "without a field that such a line has, or has another kind of value in one"
                : "no line with the \"type\" metadata, iteration or end";
        }
        catch (JsonException)
        {
            return "no JSON, or is cut off";
        }
    }
}
