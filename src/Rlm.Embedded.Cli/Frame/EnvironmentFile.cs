using System.CommandLine;
using dotenv.net;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The flag --env-file: variables such as keys from a file. What the process has already stays as it is; values are never shown.</summary>
internal static class EnvironmentFile
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
    /// <exception cref="UsageException">The file is not there, or cannot be read.</exception>
    public static void Read(string path, Terminal terminal, bool verbose)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"--env-file: there is no file {Flag.Shown(path)} in '{Environment.CurrentDirectory}'. Name one: --env-file=FILE; the flag alone reads {Usual}.");
        }

        List<string> set = [];
        try
        {
            foreach ((string name, string value) in DotEnv.Read(new DotEnvOptions(ignoreExceptions: false, envFilePaths: [path], trimValues: true, supportExportSyntax: true)))
            {
                if (name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && Environment.GetEnvironmentVariable(name) is null)
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
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            // What the parser says may quote a value.
            throw new UsageException($"--env-file: {Flag.Shown(path)} is no file of NAME=value lines: a quote that is not closed, or a name that cannot be one.");
        }

        if (verbose)
        {
            terminal.Say(Terminal.Clean($"{path} sets {(set.Count == 0 ? "nothing that is not set already" : string.Join(", ", set))}."));
        }
    }
}
