using System.Diagnostics;

namespace Rlm.Embedded.Bench.Measuring;

/// <summary>Measures several things in turns, so that a noisy moment falls on all of them.</summary>
internal static class Interleaved
{
    /// <summary>Runs rounds; the first is not counted. The first sample is the floor of all others.</summary>
    /// <param name="rounds">Rounds counted.</param>
    /// <param name="samples">Each returns what it measured.</param>
    /// <returns>One pair for each sample but the first.</returns>
    public static async Task<Pair[]> RunAsync(int rounds, params Func<Task<double>>[] samples)
    {
        double[][] seen = [.. samples.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < samples.Length; i++)
            {
                double value = await samples[i]();
                if (round >= 0)
                {
                    seen[i][round] = value;
                }
            }
        }

        return [.. seen.Skip(1).Select(values => new Pair(Median(values), Median(seen[0]), Median(values.Zip(seen[0], (value, floor) => value / floor))))];
    }

    /// <summary>Wall time in milliseconds.</summary>
    public static async Task<double> TimeAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
