using System.Globalization;

namespace Rlm.Embedded.Containment.Tests.Fuzz;

/// <summary>
/// Random programs: none ends the process, reads a secret, opens a file, starts a process or changes what other sessions share.
/// RLM_FUZZ sets how many (10,000), RLM_FUZZ_SEED the first seed (1).
/// </summary>
public sealed class FuzzTests
{
    private const int ProgramsOfASession = 10;
    private const int ProgramsOfACheck = 500;
    private const int ProgramsOfAChild = 5_000;

    private static readonly int s_programs = Setting("RLM_FUZZ", 10_000);
    private static readonly int s_seed = Setting("RLM_FUZZ_SEED", 1);

    [Test]
    public async Task Programs_Random_HarmNobody()
    {
        using Secrets secrets = new();
        Tally tally = new();
        for (int first = 0; first < s_programs; first += ProgramsOfAChild)
        {
            using FuzzedChild child = await FuzzedChild.StartAsync(secrets);
            int end = Math.Min(first + ProgramsOfAChild, s_programs);
            for (int at = first; at < end; at++)
            {
                if (at % ProgramsOfASession == 0)
                {
                    await child.OpenSessionAsync();
                }

                await child.RunAsync(s_seed + at, tally);
                if ((at + 1) % ProgramsOfACheck == 0 || at + 1 == end)
                {
                    await child.CheckAsync(s_seed + Math.Max(first, at + 1 - ProgramsOfACheck), s_seed + at);
                }
            }
        }

        await TestContext.Progress.WriteLineAsync($"fuzz: {s_programs} programs from seed {s_seed}: {tally}");
        tally.Clean.ShouldBeGreaterThan(s_programs / 20, "programs that all fail try nothing");
        tally.Wedged.ShouldBeLessThanOrEqualTo(1 + (s_programs / 1_000));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
