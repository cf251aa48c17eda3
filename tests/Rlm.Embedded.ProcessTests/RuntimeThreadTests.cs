using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>
/// .NET starts its compiling thread from whichever thread first needs it, so at times from a confined one (docs/decisions/0006).
/// These settings make it do so all the time. Numbers of DOTNET_ variables are hexadecimal.
/// </summary>
[Category("Interpreter")]
public sealed class RuntimeThreadTests
{
    private static readonly Dictionary<string, string?> s_eager = new(StringComparer.Ordinal)
    {
        ["DOTNET_TC_BackgroundWorkerTimeoutMs"] = "0",
        ["DOTNET_TC_CallCountThreshold"] = "2",
        ["DOTNET_TC_CallCountingDelayMs"] = "1",
        ["DOTNET_ReadyToRun"] = "0",
    };

    [Test]
    public async Task Compiler_StartedFromAConfinedThread_DoesNotEndTheProcess()
    {
        (int code, string output) = await HostProcess.RunAsync(s_eager, "Cancelled", "200");

        code.ShouldBe(0, output);
        output.ShouldBe("400 of 400\n");
    }
}
