using Microsoft.Extensions.AI;
using Rlm.Embedded.Providers;
using Rlm.Embedded.Samples;

// dotnet run --project samples -- SAMPLE [MODEL]; without a model the built-in stand-in answers, which needs no key.
Dictionary<string, Func<IChatClient, string, string, Task>> samples = new(StringComparer.Ordinal)
{
    ["quick-start"] = QuickStart.RunAsync,
    ["typed-answer"] = TypedAnswer.RunAsync,
    ["chat-client"] = AsChatClient.RunAsync,
    ["container"] = InAContainer.RunAsync,
    ["streaming"] = Streaming.RunAsync,
    ["console"] = OnTheConsole.RunAsync,
    ["scripted"] = (_, _, _) => WithoutAModel.RunAsync(),
    ["repl"] = (_, _, _) => ReplAlone.RunAsync(),
    ["trace-tree"] = TraceTree.RunAsync,
};
if (args.Length == 0 || !samples.TryGetValue(args[0], out var sample))
{
    await Console.Error.WriteLineAsync("Name a sample: " + string.Join(", ", samples.Keys));
    return 2;
}

var file = Path.GetTempFileName();
try
{
    var lines = Enumerable.Range(0, 20_000).Select(line => line == 12_345 ? "The magic number is 42." : $"Nothing is said in line {line}.");
    await File.WriteAllLinesAsync(file, lines);
    var name = args.Length > 1 ? args[1] : "offline";
    IChatClient model = ModelCatalog.Default.Create(name);
    await sample(model, file, "What is the magic number?");
    return 0;
}
finally
{
    File.Delete(file);
}
