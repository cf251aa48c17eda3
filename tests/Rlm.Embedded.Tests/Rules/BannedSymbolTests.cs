using System.Reflection;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>What is banned exists: a name that is spelt wrongly bans nothing, and no tool says so.</summary>
public sealed class BannedSymbolTests
{
    private static readonly Assembly[] s_assemblies =
        [typeof(object).Assembly, typeof(Console).Assembly, typeof(System.Diagnostics.Process).Assembly, typeof(HttpClient).Assembly, typeof(Barrier).Assembly];

    public static IEnumerable<string> Symbols =>
        [.. ((string[])["BannedSymbols.txt", "BannedSymbols.Libraries.txt"]).SelectMany(file => File.ReadAllLines(Repository.PathTo("src", file))).Where(line => line.Length > 0)];

    [TestCaseSource(nameof(Symbols))]
    public void Symbol_Banned_IsThere(string line)
    {
        line.Split(';').Length.ShouldBe(2, "the name and, after a semicolon, what to do instead");
        string name = line[2..line.IndexOf(';')];
        int open = name.IndexOf('(');
        string path = open < 0 ? name : name[..open];
        int parameters = open < 0 ? 0 : name[open..].Split(',').Length;
        switch (line[0])
        {
            case 'T':
                Find(path).ShouldNotBeNull();
                break;
            case 'P':
                Find(Parent(path))!.GetProperty(path[(path.LastIndexOf('.') + 1)..]).ShouldNotBeNull();
                break;
            case 'M':
                string method = path[(path.LastIndexOf('.') + 1)..].Replace('#', '.');
                Find(Parent(path))!.GetMembers().OfType<MethodBase>().ShouldContain(found => found.Name == method && found.GetParameters().Length == parameters);
                break;
            default:
                Assert.Fail("T, P or M");
                break;
        }
    }

    [Test]
    public void Symbols_OfBothLists_AreNamedOnce() => Symbols.Select(line => line.Split(';')[0]).ShouldBeUnique();

    private static string Parent(string path) => path[..path.LastIndexOf('.')];

    private static Type? Find(string name) => s_assemblies.Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);
}
