using NUnit.Framework;
using Rlm.Embedded.Trajectories;
using Shouldly;

namespace Rlm.Embedded.ProcessTests;

public sealed class TrajectoryCrashTests
{
    [Test]
    public async Task Process_Killed_LosesAtMostOneLine()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("rlm-crash-");
        try
        {
            using (HostProcess host = HostProcess.Start(environment: null, "Log", folder.FullName))
            {
                (await host.LineAsync()).ShouldBe("ready");
                host.Kill();
                await host.ExitAsync(HostProcess.Guard);
            }

            string path = folder.GetFiles().ShouldHaveSingleItem().FullName;
            TrajectoryRun run = TrajectoryFile.Read(path);

            run.End.ShouldBeNull();
            run.Iterations.Count.ShouldBeGreaterThanOrEqualTo(4);
            run.Iterations.Select(iteration => iteration.Iteration).ShouldBe(Enumerable.Range(1, run.Iterations.Count));
            File.ReadLines(path).Count().ShouldBeInRange(run.Iterations.Count + 1, run.Iterations.Count + 2);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
