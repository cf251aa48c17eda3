using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Providers;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>
/// Who uses the tool has flags, not members of a library. All texts of the library's assemblies are gone through: one that names a public member of its options,
/// and may reach the tool, has words of the tool's own.
/// </summary>
public sealed partial class LibraryWordsTests
{
    private static readonly Assembly[] s_assemblies = [typeof(RlmOptions).Assembly, typeof(ModelOptions).Assembly];

    private static readonly Type[] s_options = [typeof(RlmOptions), typeof(ModelOptions), typeof(ReplLimits), typeof(ReplSessionOptions)];

    /// <summary>Names of options of more than one word, which in a sentence can be nothing else.</summary>
    private static readonly string[] s_names = [.. s_options.SelectMany(type => type.GetProperties()).Select(option => option.Name).Where(name => name.Count(char.IsUpper) > 1).Distinct(StringComparer.Ordinal)];

    /// <summary>Texts that the tool cannot bring about, each with the reason.</summary>
    private static readonly Dictionary<string, string> s_unreachable = new(StringComparer.Ordinal)
    {
        ["RlmOptions.DirectCallThreshold"] = "the tool sets none",
        ["RlmOptions.SchemaRetries"] = "the tool asks for no types",
        ["RlmOptions.Tools"] = "the tool has no tools",
        ["RlmOptions.ChildTools"] = "the tool has no tools",
        ["RlmOptions.MaxConsecutiveErrors"] = "the tool sets none",
        ["RlmOptions.SandboxProfile"] = "--profile gives one of the names",
        ["RlmOptions.CompactionThreshold"] = "the tool sets none",
        ["RlmOptions.ReplLimits"] = "the tool leaves them",
        ["RlmOptions.Prices"] = "the tool says itself that a price is missing",
        ["RlmTool.FromDelegate"] = "the tool has no tools",
        ["RlmOptions.Observers"] = "the tool logs nothing",
        ["ModelCatalog.Default"] = "the tool has no container of services",
        ["RlmOptions.SubCallConcurrency"] = "the tool leaves it",
        ["RlmOptions.ChildConcurrency"] = "the tool leaves it",
        ["RlmOptions.SubCallCharacters"] = "the tool leaves it",
        ["ModelOptions.MaxRetries"] = "the tool leaves it",
        ["ModelOptions.MaxConcurrency"] = "the tool leaves it",
        ["ModelOptions.RequestsPerMinute"] = "the tool leaves it",
        ["ReplLimits.CellWallTime"] = "the tool leaves it",
        ["ReplLimits.SessionTime"] = "the tool leaves it",
        ["ReplLimits.CellHostCalls"] = "the tool leaves it",
        ["ReplLimits.SessionHostCalls"] = "the tool leaves it",
        ["ReplLimits.OutputTotal"] = "the tool leaves it",
        ["ReplLimits.SourceCharacters"] = "the tool leaves it",
    };

    [Test]
    public void Messages_NameNoMemberOfTheLibrary()
    {
        List<string> leaks = [];
        foreach (string text in s_assemblies.SelectMany(Texts).Distinct(StringComparer.Ordinal))
        {
            string told = ToolWords.Of(text);
            leaks.AddRange(s_names.Where(name => Regex.IsMatch(told, $@"(?<![\w.{{]){name}(?!\w| = $)") && told.Contains(' ', StringComparison.Ordinal) && !s_unreachable.Keys.Any(key => text.Contains(key, StringComparison.Ordinal))).Select(name => $"{name} in: {text}"));
            foreach (Match member in MemberOfAType().Matches(told).Where(match => IsPublic(match.Groups["type"].Value, match.Groups["member"].Value)))
            {
                if (!s_unreachable.ContainsKey(member.Value))
                {
                    leaks.Add($"{member.Value} in: {text}");
                }
            }
        }

        leaks.ShouldBeEmpty();
    }

    /// <summary>Messages that are put together from the name of an option: each number and time that the tool sets has its flag.</summary>
    [TestCaseSource(nameof(s_options))]
    public void Options_ThatTheToolSets_HaveItsFlag(Type type)
    {
        foreach (PropertyInfo option in type.GetProperties().Where(property => property.CanWrite && IsAmount(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)))
        {
            string name = $"{type.Name}.{option.Name}";
            if (!s_unreachable.ContainsKey(name))
            {
                ToolWords.Of($"{name} is -1; it must be more.").ShouldStartWith("--");
            }
        }
    }

    private static bool IsAmount(Type type) => type.IsPrimitive ? type != typeof(bool) : type == typeof(decimal) || type == typeof(TimeSpan);

    [Test]
    public void Texts_AreFound() => s_assemblies.SelectMany(Texts).Count(text => text.Contains("RlmOptions.", StringComparison.Ordinal)).ShouldBeGreaterThan(5);

    private static IEnumerable<string> Texts(Assembly assembly)
    {
        using PEReader file = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        for (UserStringHandle handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            yield return metadata.GetUserString(handle);
        }
    }

    private static bool IsPublic(string type, string member) =>
        s_assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Any(candidate => candidate.Name == type && (member.Length == 0 || candidate.GetMember(member).Length > 0));

    [GeneratedRegex(@"\b(?<type>(Rlm|Model|Repl|Retry|Throttle)[A-Z][A-Za-z]+)\.(?<member>[A-Z][A-Za-z]+)")]
    private static partial Regex MemberOfAType();
}
