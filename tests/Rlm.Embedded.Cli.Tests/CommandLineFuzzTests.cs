using System.CommandLine;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>Random command lines that cannot reach a model: one of the documented exit codes, and never an exception that nobody expected.</summary>
public sealed class CommandLineFuzzTests
{
    private const int Lines = 4_000;

    private static readonly int[] s_codes = [0, 1, 2, 4];

    private static readonly string[] s_words =
    [
        "", " ", "-", "--", "---", "-1", "0", "1", "-0.0", "NaN", "Infinity", "-Infinity", "1e400", "99999999999999999999999999", "0x10", "1,5", "٣", "x", "=", "=x", "a=b", "a=b=c",
        "@file", "[diagram]", "[suggest]", "[env:X=Y]", "{}", "\"", "'", "\\", "\n", "\t", "\u001b[31m", "é", "😀", "\ud800", "🏴‍☠️", new string('a', 5_000), "../..", "/", ".", "/dev/null", "/proc/self/mem",
        "nobody/x", "offline/x", "http://", "http://x", "localhost:1", "-v", "-vv", "-mx", "-i-", "--json=false", "--json:true", "--model=", "--max-steps=", "?", "/?", "help", "ask",
    ];

    [Test]
    public void AnyLine_EndsWithADocumentedCode([Values(1, 2, 3, 4)] int seed)
    {
        Random random = new(seed);
        RootCommand root = ToolInProcess.CommandLine();
        using TemporaryFolder folder = new();
        Command[] verbs = [root, .. root.Subcommands];
        Dictionary<int, int> seen = [];
        for (int i = 0; i < Lines; i++)
        {
            Command verb = verbs[random.Next(verbs.Length)];
            string[] line = Line(random, verb, folder.Path);

            Outcome outcome = ToolInProcess.Run(60, line);

            string shown = string.Join(" ", line.Select(word => $"«{word}»")) + "\n" + outcome;
            s_codes.ShouldContain(outcome.Code, shown);
            outcome.Error.ShouldNotContain("unexpected", Case.Sensitive, shown);
            outcome.Error.ShouldNotContain("   at ", Case.Sensitive, shown);
            outcome.Error.ShouldNotContain("\u001b", Case.Sensitive, shown);
            (outcome.Code == 0 || outcome.Error.Length > 0).ShouldBeTrue(shown);
            seen[outcome.Code] = seen.GetValueOrDefault(outcome.Code) + 1;
        }

        TestContext.Out.WriteLine(string.Join(", ", seen.Select(pair => $"exit {pair.Key}: {pair.Value}")));
        seen[2].ShouldBeGreaterThan(Lines / 10);
    }

    /// <summary>A line that names a model which does not exist wherever a run would begin.</summary>
    private static string[] Line(Random random, Command verb, string folder)
    {
        List<string> words = [];
        string[] names = [.. verb.Options.SelectMany(option => option.Aliases.Append(option.Name)), "--env-file"];
        for (int i = random.Next(6); i > 0; i--)
        {
            string flag = names[random.Next(names.Length)];
            words.Add(random.Next(12) switch
            {
                0 => flag.Length > 3 ? flag.Remove(random.Next(2, flag.Length), 1) : flag,
                1 => flag.ToUpperInvariant(),
                2 => $"{flag}={Word(random)}",
                _ => flag,
            });
            if (random.Next(4) != 0)
            {
                words.Add(Word(random));
            }
        }

        // Files that a line may write lie in the test's folder; Python, and models that could answer, are out of reach.
        words = [.. words.Select(word => word is "--save" or "--log" or "--record" ? $"{word}={Path.Combine(folder, "f")}" : word)];
        return verb.Name switch
        {
            "doctor" or "repl" or "niah" or "ask" => [verb.Name, .. words, "--model", "nobody/none"],
            "models" when words.Contains("--check") || words.Exists(word => word.StartsWith("--check=", StringComparison.Ordinal)) => ["models", .. words, "--bogus"],
            "models" or "export" or "help" => [verb.Name, .. words],
            _ => words.Count == 0 ? [] : [.. words, "--model", "nobody/none"],
        };
    }

    private static string Word(Random random) => s_words[random.Next(s_words.Length)];
}
