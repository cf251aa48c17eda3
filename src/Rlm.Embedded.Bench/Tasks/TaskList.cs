using System.Diagnostics;
using Rlm.Embedded.Bench.Measuring;
using Rlm.Embedded.Bench.Peers;

namespace Rlm.Embedded.Bench.Tasks;

/// <summary>All whole-run measurements, in the order of performance.md.</summary>
internal static class TaskList
{
    private static readonly (string Name, Func<bool, Task<IReadOnlyList<Row>>> Run)[] s_tasks =
    [
        ("start", StartTask.RunAsync),
        ("cell", CellTask.RunAsync),
        ("allocations", AllocationTask.RunAsync),
        ("host-call", HostCallTask.RunAsync),
        ("batch", BatchTask.RunAsync),
        ("context", ContextTask.RunAsync),
        ("needle", NeedleTask.RunAsync),
        ("turns", TurnsTask.RunAsync),
        ("session", SessionTask.RunAsync),
        ("concurrent", ConcurrentTask.RunAsync),
        ("cold", ColdTask.RunAsync),
        ("soak", SoakTask.RunAsync),
        ("larger-than-memory", _ => Task.FromResult<IReadOnlyList<Row>>([Row.Without("a file larger than memory", "without loading it", "not measured: contexts are loaded whole so far")])),
        ("peers", ReferenceLibrary.RunAsync),
    ];

    public static IEnumerable<string> Names => s_tasks.Select(task => task.Name);

    public static async Task RunAsync(bool quick, string filter, string? json)
    {
        long start = Stopwatch.GetTimestamp();
        List<Row> rows = [];
        foreach ((string name, Func<bool, Task<IReadOnlyList<Row>>> run) in s_tasks)
        {
            if (!name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(start).TotalSeconds,5:0.0} s] {name}");
            rows.AddRange(await run(quick));
        }

        Console.WriteLine(Table.Show(rows));
        Console.WriteLine($"medians of interleaved rounds; {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s in all; {Environment.ProcessorCount} processors");
        if (json is not null)
        {
            Table.WriteJson(json, rows);
        }
    }
}
