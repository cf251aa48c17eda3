using System.CommandLine;
using System.Text;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Tests.Fixtures;

/// <summary>The tool inside the test's process, for command lines that are over before Python or a model would begin.</summary>
internal static class ToolInProcess
{
    public static Outcome Run(params string[] arguments) => Run(80, arguments);

    public static Outcome Run(int width, params string[] arguments)
    {
        using MemoryStream output = new();
        using MemoryStream error = new();
        int code = Tool.Run(arguments, new Terminal(output, error, width), new Interruption());
        return new Outcome(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>All verbs and flags.</summary>
    public static RootCommand CommandLine() => Tool.CommandLine(new Terminal(Stream.Null, Stream.Null), new Interruption(), EnvironmentFile.Create());
}
