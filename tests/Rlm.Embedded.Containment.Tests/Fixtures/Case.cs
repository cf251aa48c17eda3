using System.Globalization;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>
/// A case of cases/*.txt. A file holds cases one after the other:
/// <code>
/// === name | expectation | option=value
/// cell
/// ---
/// next cell
/// --- out
/// the stdout that the last cell must have
/// </code>
/// Expectations: refused, contained, works, stopped:KIND[,KIND],
/// and fresh: the last cell runs in a new session and prints what is expected. Options: timeout (seconds), from and to (minor version),
/// by (the type of the error, where it has not the words of a refusal), every (yes: a runaway that
/// stands for its kind, and is run on every Python), uncontrolled (why the case reaches nothing in a Trusted session either, or may not be run in one).
/// </summary>
internal sealed record Case(
    string Class, string Name, string Expected, IReadOnlyList<string> Cells, string? Out, double Timeout, int From, int To, string? By, bool OnEvery, string? Uncontrolled)
{
    private static readonly string[] s_escapes = ["graph", "syntax", "format", "frames", "code-objects", "modules", "host-surface", "poisoning", "tools"];

    /// <summary>The cases of the classes that try to get out, rather than to use up something.</summary>
    public static IEnumerable<Case> Escapes => All.Where(one => s_escapes.Contains(one.Class, StringComparer.Ordinal));

    /// <summary>Whether the case is after something that a session without layers gives it.</summary>
    public bool HasControl => Expected is "refused" or "fresh" && Uncontrolled is null;

    public static IReadOnlyList<string> Classes { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "cases"), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Case> All { get; } = [.. Classes.SelectMany(Read)];

    public override string ToString() => $"{Class}.{Name}";

    private static IEnumerable<Case> Read(string file)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "cases", file + ".txt")).ReplaceLineEndings("\n");
        foreach (string part in ("\n" + text).Split("\n=== ", StringSplitOptions.RemoveEmptyEntries).Where(part => !string.IsNullOrWhiteSpace(part)))
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            string[] head = [.. part[..end].Split('|', StringSplitOptions.TrimEntries)];
            Dictionary<string, string> options = head.Skip(2).Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
            string[] body = part[(end + 1)..].TrimEnd('\n').Split("\n--- out\n");
            yield return new Case(
                file,
                head[0],
                head[1],
                body[0].Split("\n---\n"),
                body.Length > 1 ? body[1] + "\n" : null,
                Number("timeout", 10),
                (int)Number("from", 0),
                (int)Number("to", 99),
                options.GetValueOrDefault("by"),
                options.ContainsKey("every"),
                options.GetValueOrDefault("uncontrolled"));

            double Number(string name, double otherwise) =>
                options.TryGetValue(name, out string? value) ? double.Parse(value, CultureInfo.InvariantCulture) : otherwise;
        }
    }
}
