using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say how much the models take in.</summary>
internal sealed class AskWindows
{
    private const int Least = 1_000;
    private const int Most = 1_000_000_000;

    private readonly Option<long?> _root = new("--window") { Description = "Tokens that --model takes in. Default: what `rlm models` lists; else not known.", HelpName = "N" };
    private readonly Option<long?> _sub = new("--sub-window") { Description = "Tokens that --sub-model takes in. Default: what `rlm models` lists; without --sub-model, --window.", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Add(_root);
        command.Add(_sub);
    }

    /// <summary>What was given.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public (int? Root, int? Sub) Read(ParseResult line) => (Tokens(line, _root), Tokens(line, _sub));

    private static int? Tokens(ParseResult line, Option<long?> option) =>
        line.GetValue(option) is { } value ? (int)Numbers.Within(value, Least, Most, option.Name) : null;
}
