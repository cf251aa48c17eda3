using System.CommandLine;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Ask;

/// <summary>The flags that say how much the models take in.</summary>
internal sealed class AskWindows
{
    private const int Least = 1_000;
    private const int Most = 1_000_000_000;

    private readonly Option<long?> _root = Flag.Count(Least, Most, "Tokens that --model takes in. Default: what `rlm models` lists; else not known.", "--window");
    private readonly Option<long?> _sub = Flag.Count(Least, Most, "Tokens that --sub-model takes in. Default: what `rlm models` lists; without --sub-model, --window.", "--sub-window");

    public Option[] Flags => [_root, _sub];

    /// <summary>What was given.</summary>
    public (int? Root, int? Sub) Read(ParseResult line) => ((int?)line.GetValue(_root), (int?)line.GetValue(_sub));
}
