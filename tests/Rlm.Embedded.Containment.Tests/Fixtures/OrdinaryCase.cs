using System.Globalization;

namespace Rlm.Embedded.Containment.Tests.Fixtures;

/// <summary>
/// A case of ordinary/*.txt: Python as people and models write it when they look through a text. A file holds cases one after the other:
/// <code>
/// === name | since=3.11 | context=log.txt
/// cell
/// ---
/// next cell
/// --- out
/// what stock Python prints (written by ordinary/expect.py, never by hand)
/// </code>
/// or, of what a Restricted session does not have, lines of <c>!! text</c> at the end: each is in the type or the message of the last cell's error.
/// Options: since (the first Python that has it), context (a file of ordinary/contexts: a text, or JSON).
/// </summary>
internal sealed record OrdinaryCase(string File, string Name, int Since, string? Context, IReadOnlyList<string> Cells, string Out, IReadOnlyList<string> Words)
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "ordinary");

    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.EnumerateFiles(s_folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name != "known").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<OrdinaryCase> All { get; } = [.. Files.SelectMany(Read)];

    /// <summary>How this answer differs from what is expected, or null.</summary>
    public string? Difference(IReadOnlyList<Answer> answers)
    {
        if (Words.Count > 0)
        {
            string message = answers[^1].ErrorType is { } type ? $"{type}: {answers[^1].ErrorText}" : "no error";
            string[] missing = [.. Words.Where(words => !message.Contains(words, StringComparison.Ordinal))];
            return missing.Length == 0 ? null : $"has not the words {string.Join(", ", missing.Select(words => $"\"{words}\""))}: {message}\n{answers[^1].Stdout}";
        }

        string printed = string.Concat(answers.Select(answer => answer.Stdout));
        return answers.FirstOrDefault(answer => answer.ErrorType is not null) is { } failed ? $"{failed.ErrorType}: {failed.ErrorText}"
            : printed == Out ? null
            : $"printed\n{printed}instead of\n{Out}";
    }

    public override string ToString() => $"{File}.{Name}";

    private static IEnumerable<OrdinaryCase> Read(string file)
    {
        string text = System.IO.File.ReadAllText(Path.Combine(s_folder, file + ".txt")).ReplaceLineEndings("\n");
        foreach (string part in ("\n" + text).Split("\n=== ", StringSplitOptions.RemoveEmptyEntries))
        {
            int end = part.IndexOf('\n', StringComparison.Ordinal);
            string[] head = [.. part[..end].Split('|', StringSplitOptions.TrimEntries)];
            Dictionary<string, string> options = head.Skip(1).Select(option => option.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
            string[] body = part[(end + 1)..].TrimEnd('\n').Split("\n--- out\n");
            string[] lines = body[0].Split('\n');
            yield return new OrdinaryCase(
                file,
                head[0],
                Minor(options.GetValueOrDefault("since", "3.0")),
                options.TryGetValue("context", out string? context) ? Json(context) : null,
                string.Join('\n', lines.Where(line => !IsWords(line))).Split("\n---\n"),
                body.Length > 1 ? body[1] + "\n" : "",
                [.. lines.Where(IsWords).Select(line => line[3..])]);
        }
    }

    private static bool IsWords(string line) => line.StartsWith("!! ", StringComparison.Ordinal);

    private static int Minor(string version) => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);

    private static string Json(string name)
    {
        string text = System.IO.File.ReadAllText(Path.Combine(s_folder, "contexts", name));
        return name.EndsWith(".json", StringComparison.Ordinal) ? text : System.Text.Json.JsonSerializer.Serialize(text);
    }
}
