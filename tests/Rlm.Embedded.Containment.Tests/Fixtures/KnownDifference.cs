using System.Globalization;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>
/// A line of ordinary/known.txt: <c>file.case | since=3.11 | until=3.12 | when=alone | why</c>, of a case that does not behave as in stock
/// Python today, on these versions; with <c>when=alone</c>, only where nothing has run in the process before.
/// </summary>
internal sealed record KnownDifference(string Case, int Since, int Until, bool OnlyAlone, string Why)
{
    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "ordinary", "known.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(Read),
    ];

    public static bool Holds(OrdinaryCase one, int minor, bool isAlone) =>
        All.Any(known => known.Case == one.ToString() && minor >= known.Since && minor <= known.Until && (isAlone || !known.OnlyAlone));

    /// <summary>What the message of a known difference is to name; null where none is said.</summary>
    public static string? ThingOf(OrdinaryCase one) => All.First(known => known.Case == one.ToString()).Thing;

    private string? Thing =>
        new[] { "no module ", "no member " }.FirstOrDefault(start => Why.StartsWith(start, StringComparison.Ordinal)) is { } start ? Why[start.Length..].Split(' ', ':')[0] : null;

    private static KnownDifference Read(string line)
    {
        string[] parts = line.Split(" | ", StringSplitOptions.TrimEntries);
        Dictionary<string, string> options = parts[1..^1].Select(part => part.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return new KnownDifference(
            parts[0], Minor(options.GetValueOrDefault("since", "3.0")), Minor(options.GetValueOrDefault("until", "3.99")), options.ContainsKey("when"), parts[^1]);
    }

    private static int Minor(string version) => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);
}
