using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using dotenv.net;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The flag --env-file: variables such as keys from a file. What the process has already stays as it is; values are never shown.</summary>
internal static partial class EnvironmentFile
{
    private const string Usual = ".env";

    /// <summary>The flag; alone it means the file <c>.env</c> in the working directory.</summary>
    public static Option<string?> Create() => new("--env-file")
    {
        Description = "Reads variables such as keys from this file of NAME=value lines; alone, from .env here. What is set already stays.",
        HelpName = "[FILE]",
        Arity = ArgumentArity.ZeroOrOne,
        Recursive = true,
        CustomParser = result => result.Tokens.Count == 0 ? Usual
            : result.Tokens[0].Value is { Length: > 0 } path ? path
            : Flag.Refuse<string?>(result, "--env-file is empty; name a file, or leave the name out for .env."),
    };

    /// <summary>Sets the variables of a file for this process, and says on stderr which: names only.</summary>
    /// <exception cref="UsageException">The file is not there, cannot be read, or a line of it is not NAME=value.</exception>
    public static void Read(string path, Terminal terminal, bool verbose)
    {
        InputFile.Check(path, "--env-file", $"name one with --env-file=FILE; the flag alone reads {Usual}");
        List<string> set = [];
        try
        {
            using MemoryStream lines = new(Encoding.UTF8.GetBytes(Statements(path)));
            foreach ((string name, string value) in DotEnv.Read(new DotEnvOptions(ignoreExceptions: false, envStreams: [lines], trimValues: true, supportExportSyntax: true)))
            {
                if (Environment.GetEnvironmentVariable(name) is null)
                {
                    Environment.SetEnvironmentVariable(name, value);
                    set.Add(name);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--env-file: {Flag.Shown(path)} cannot be read: {exception.Message}");
        }

        if (verbose)
        {
            terminal.Say($"{Flag.Shown(path)} sets {(set.Count == 0 ? "nothing that is not set already" : string.Join(", ", set))}.");
        }
    }

    /// <summary>The lines without comments; the file may be a pipe and is read once. Told is where a line is wrong, not what stands there.</summary>
    private static string Statements(string path)
    {
        StringBuilder kept = new();
        Regex? end = null;
        int number = 0, begun = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (line.Contains('\0', StringComparison.Ordinal))
            {
                throw Wrong("holds a NUL: it is no text");
            }

            if (end is not null)
            {
                end = end.IsMatch(line) ? null : end;
            }
            else if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
            {
                continue;
            }
            else
            {
                Match match = Assignment().Match(line);
                if (!match.Success)
                {
                    throw Wrong("is not NAME=value, with a name of letters, digits and _");
                }

                begun = number;
                Regex? quoted = match.Groups["value"].ValueSpan switch { ['"', ..] => EndOfDouble(), ['\'', ..] => EndOfSingle(), _ => null };
                end = quoted is null || quoted.IsMatch(match.Groups["value"].Value[1..]) ? null : quoted;
            }

            kept.Append(line).Append('\n');
        }

        number = begun;
        return end is null ? kept.ToString() : throw Wrong("begins a quote that is not closed");

        UsageException Wrong(string what) => new($"--env-file: line {number} of {Flag.Shown(path)} {what}. Mend the line, or name another file.");
    }

    [GeneratedRegex(@"^\s*(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(?<value>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^([^""\\]|\\.)*""", RegexOptions.ExplicitCapture)]
    private static partial Regex EndOfDouble();

    [GeneratedRegex(@"^([^'\\]|\\.)*'", RegexOptions.ExplicitCapture)]
    private static partial Regex EndOfSingle();
}
