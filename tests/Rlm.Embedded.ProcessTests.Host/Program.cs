using System.Reflection;
using Rlm.Embedded.ProcessTests.Host;

// Runs one named scenario: a process of its own for the tests of Rlm.Embedded.ProcessTests.
MethodInfo? scenario = args.Length == 0
    ? null
    : typeof(Scenarios).GetMethod(args[0], BindingFlags.Public | BindingFlags.Static);
if (scenario is null)
{
    await Console.Error.WriteLineAsync("Name a scenario: " + string.Join(", ", typeof(Scenarios).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)));
    return 2;
}

return await (Task<int>)scenario.Invoke(null, [args[1..]])!;
