using System.CommandLine;
using System.CommandLine.Invocation;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>What --help does.</summary>
internal sealed class HelpAction(Terminal terminal) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        HelpPage.Write(terminal, parseResult.CommandResult.Command);
        return ExitCode.Done;
    }
}
