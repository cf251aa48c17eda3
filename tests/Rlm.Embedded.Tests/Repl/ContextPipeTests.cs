using NUnit.Framework;
using Rlm.Embedded.Repl;
using Shouldly;

namespace Rlm.Embedded.Tests.Repl;

/// <summary>A context that comes through a pipe, which may keep its reader waiting for ever.</summary>
public sealed class ContextPipeTests : ReplTest
{
    [Test]
    public async Task Open_ContextIsAPipe_KeepsNobodyWaiting()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Pipes with names are a thing of Unix.");
        }

        string pipe = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"pipe-{Guid.NewGuid():N}");
        using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
        }

        try
        {
            Task<EmbeddedRepl> opening = EmbeddedRepl.OpenAsync(new ReplSessionOptions { Context = RlmContext.FromFile(pipe) }).AsTask();
            await using EmbeddedRepl other = await EmbeddedRepl.OpenAsync();

            // Loads a module of the library, which the host's thread does.
            CellResult cell = await other.ExecuteAsync(new Cell("import colorsys\nprint(1)")).AsTask().WaitAsync(Guard);
            opening.IsCompleted.ShouldBeFalse();
            await File.WriteAllTextAsync(pipe, "from a pipe");
            await using EmbeddedRepl repl = await opening.WaitAsync(Guard);

            (await repl.ExecuteAsync(new Cell("print(context)"))).Stdout.ShouldBe("from a pipe\n");
            cell.Stdout.ShouldBe("1\n", cell.Error?.Traceback);
        }
        finally
        {
            File.Delete(pipe);
        }
    }
}
