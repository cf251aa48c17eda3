using System.Reflection;
using System.Runtime.CompilerServices;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>
/// What one session could leave for another in the process: each static field that can change, or holds what can, stands in a list with the reason why no
/// session's results come to depend on it. RLM_APPROVE_STATICS=1 adds the new ones, for a person to write the reason.
/// </summary>
public sealed class StaticStateTests
{
    private const string Unknown = "?";

    private static readonly string[] s_floors = ["Rlm.Embedded.Interpreter", "Rlm.Embedded.Sandbox", "Rlm.Embedded.Repl", "Rlm.Embedded.Engine", "Rlm.Embedded.Models"];

    private static string ListFile => Repository.PathTo("tests", "Rlm.Embedded.Tests", "Rules", "statics.approved.txt");

    [Test]
    public void Statics_ThatCanChange_HaveAReason()
    {
        Dictionary<string, string> reasons = File.ReadAllLines(ListFile).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        string[] found = [.. Il.Library.GetTypes().Where(IsOfAFloor).SelectMany(Fields).Where(CanChange).Select(field => $"{field.DeclaringType!.FullName}.{field.Name}").Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("RLM_APPROVE_STATICS") == "1")
        {
            File.WriteAllLines(ListFile, found.Select(name => $"{name}: {reasons.GetValueOrDefault(name, Unknown)}"));
        }

        found.Where(name => reasons.GetValueOrDefault(name, Unknown) == Unknown).ShouldBeEmpty("state of the process without a reason why it cannot tell one session of another");
        reasons.Keys.Except(found).ShouldBeEmpty("listed and not there");
    }

    private static bool IsOfAFloor(Type type) => !type.IsDefined(typeof(CompilerGeneratedAttribute))
        && s_floors.Any(floor => type.FullName!.StartsWith(floor + ".", StringComparison.Ordinal));

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static bool CanChange(FieldInfo field) => !field.IsLiteral && !field.Name.Contains("__", StringComparison.Ordinal) && (!field.IsInitOnly || CanChange(field.FieldType));

    private static bool CanChange(Type type) => type.IsPointer || type == typeof(Lock) || type == typeof(SemaphoreSlim)
        || (typeof(System.Collections.IEnumerable).IsAssignableFrom(type) && type != typeof(string) && !type.IsArray
            && !type.FullName!.StartsWith("System.Collections.Frozen", StringComparison.Ordinal))
        || type.Module == Il.Library.ManifestModule && type.IsClass && type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Any(field => !field.IsInitOnly);
}
