using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

/// <summary>Sessions opened all at once in a cold process whose pool begins with two threads: no thread of the pool waits for Python, or for anything.</summary>
[Category("Interpreter")]
public sealed class ManyAtOnceTests
{
    [Test]
    public async Task Sessions_OpenedAtOnceInAColdProcess_BlockNoThreadOfThePool()
    {
        (int code, string output) = await HostProcess.RunAsync(null, "ManyAtOnce", "256");

        code.ShouldBe(0, output);
        output.ShouldBe("256 of 256 right\nthe end was seen\n");
    }

    [Test]
    public async Task Runs_MadeAtOnceInAColdProcess_BlockNoThreadOfThePool()
    {
        (int code, string output) = await HostProcess.RunAsync(null, "RunsAtOnce", "64");

        code.ShouldBe(0, output);
        output.ShouldBe("64 of 64 right\nthe end was seen\n");
    }

    [Test]
    public async Task Sessions_OpenedWhileALoopInCHoldsTheInterpreter_AreToldSo()
    {
        (int code, string output) = await HostProcess.RunAsync(null, "Held", "Restricted", "Restricted", "Trusted", "Trusted", "Restricted");

        code.ShouldBe(0, output);
        output.ShouldBe("Wedged\ntold\ntold\ntold\ntold\ntold\n");
    }

    [Test]
    public async Task Session_NoThreadIsLeft_FailsWithAMessageAndOthersGoOn()
    {
        (int code, string output) = await HostProcess.RunAsync(null, "NoMoreThreads");

        code.ShouldBe(0, output);
        output.ShouldContain("The machine refused a thread for one more session");
        output.ShouldContain("goes on");
    }

    [TestCase("task", "waited: a task, an event or a semaphore")]
    [TestCase("handle", "waited: a handle, for ")]
    [TestCase("lock", "waited: a lock, for ")]
    public async Task Watch_WhereAThreadOfThePoolDoesWait_TellsOfIt(string wrong, string told)
    {
        (int code, string output) = await HostProcess.RunAsync(null, "ManyAtOnce", "2", wrong);

        code.ShouldBe(0, output);
        output.ShouldContain("2 of 2 right\nthe end was seen\n");
        output.ShouldContain(told);
    }
}
