using System.Reflection;
using System.Reflection.Emit;
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

    private static readonly string[] s_floors = ["Rlm.Embedded.Interpreter", "Rlm.Embedded.Sandbox", "Rlm.Embedded.Repl"];

    // What the start of the interpreter runs once.
    private static readonly string[] s_atStart = [".cctor", "Install", "Prepare", "Probe", "Prove", "Load", "FindMainThread", "MendMemoryview", "MendBytearray", "MendElement", "MendSignals"];

    private static readonly string[] s_mutators =
        ["Add", "AddRange", "Push", "TryPop", "Pop", "Enqueue", "TryDequeue", "Dequeue", "TryAdd", "set_Item", "Remove", "TryRemove", "GetOrAdd", "Clear", "Release", "AddOrUpdate"];

    private static readonly Lazy<HashSet<int>> s_changed = new(FindChanged);

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

    private static bool CanChange(FieldInfo field) => !field.IsLiteral && !field.Name.Contains("__", StringComparison.Ordinal) && s_changed.Value.Contains(field.MetadataToken);

    /// <summary>Fields that are written to, or whose collection is, by a method that runs after the interpreter has started.</summary>
    private static HashSet<int> FindChanged()
    {
        HashSet<int> changed = [];
        foreach (MethodBase method in Il.Methods.Where(method => !s_atStart.Contains(method.Name)))
        {
            List<Instruction> code = Il.Read(method);
            HashSet<Type?> mutated = [.. code.Where(at => at.Member is MethodBase called && s_mutators.Contains(called.Name)).Select(at => at.Member!.DeclaringType)];
            foreach (Instruction at in code)
            {
                if (at.Member is FieldInfo { IsStatic: true } field && field.Module == Il.Library.ManifestModule
                    && (at.Code == OpCodes.Stsfld || at.Code == OpCodes.Ldsflda || (field.FieldType.IsArray && code.Any(store => store.Code.Name!.StartsWith("stelem", StringComparison.Ordinal))) || (field.FieldType.IsPointer && !IsCPythons(field)) || mutated.Contains(field.FieldType))
                    && !(field.IsInitOnly && at.Code == OpCodes.Ldsflda))
                {
                    changed.Add(field.MetadataToken);
                }
            }
        }

        return changed;
    }

    private static bool IsCPythons(FieldInfo field) => field.FieldType.GetElementType()!.Namespace == "Rlm.Embedded.CPython";
}
