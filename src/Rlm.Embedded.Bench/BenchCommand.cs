using System.CommandLine;
using BenchmarkDotNet.Running;
using Rlm.Embedded.Bench.Micro;
using Rlm.Embedded.Bench.Tasks;

namespace Rlm.Embedded.Bench;

/// <summary>What the program is asked to do. Exit codes: 0 done (targets missed or not), 1 unexpected, 2 usage, 4 no Python.</summary>
internal static class BenchCommand
{
    private const int Unexpected = 1;
    private const int Usage = 2;
    private const int NotConfigured = 4;

    public static int Run(string[] args)
    {
        // The children that measure a process's start load nothing that they do not need.
        if (args is [StartTask.HelloVerb])
        {
            Console.WriteLine("hello");
            return 0;
        }

        return args switch
        {
            [StartTask.FirstCellVerb] => StartTask.RunFirstCell(),
            [ColdTask.OpenVerb] => ColdTask.OpenAsync().GetAwaiter().GetResult(),
            [ColdTask.RunsVerb] => ColdTask.RunAsync().GetAwaiter().GetResult(),
            _ => Parse(args),
        };
    }

    private static int Parse(string[] args)
    {
        Option<bool> quick = new("--quick") { Description = "Whole-run measurements only, few repetitions: within two minutes." };
        Option<FileInfo?> json = new("--json") { Description = "Also writes the table as JSON.", HelpName = "FILE" };
        Option<string> filter = new("--filter")
        {
            Description = "Only what has this text in its name (a task's, or a BenchmarkDotNet glob without --quick).",
            DefaultValueFactory = _ => "*",
            HelpName = "TEXT",
        };
        RootCommand root = new("Measures Rlm.Embedded against floors measured in the same run.") { quick, json, filter };
        root.SetAction(line => Measure(line.GetValue(quick), line.GetValue(json), line.GetValue(filter)!));
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
            {
                Console.Error.WriteLine(message);
            }

            Console.Error.WriteLine("`--help` lists what is possible.");
            return Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (RlmConfigurationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return NotConfigured;
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine(exception);
            return Unexpected;
        }
    }

    private static int Measure(bool quick, FileInfo? json, string filter)
    {
        string tasks = filter.Replace("*", "", StringComparison.Ordinal);
        if (quick && !TaskList.Names.Any(name => name.Contains(tasks, StringComparison.OrdinalIgnoreCase)))
        {
            Console.Error.WriteLine($"No task has '{filter}' in its name. There are: {string.Join(", ", TaskList.Names)}.");
            return Usage;
        }

        if (!quick)
        {
            BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(["--filter", filter], MicroConfig.Create());
        }

        TaskList.RunAsync(quick, tasks, json?.FullName).GetAwaiter().GetResult();
        return 0;
    }
}
