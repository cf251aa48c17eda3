using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NUnit.Framework;
using Shouldly;

namespace Rlm.Embedded.Tests;

/// <summary>Each piece of C# in README, the packages' readme and the docs compiles, with the usings that its page shows.</summary>
[TestFixture]
internal sealed class SnippetTests
{
    private const string Fence = "```csharp\n";

    // What every project of the SDK has.
    private const string Implicit = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Threading;
        using System.Threading.Tasks;

        """;

    // Pages that show no usings of their own have those of README.
    private static readonly string s_usings = Usings(Read("README.md"));

    // What a reader has around a piece: names that it does not declare itself.
    private const string Around = """
        static Microsoft.Extensions.AI.IChatClient model = null!;
        static Rlm.Embedded.RecursiveLanguageModel rlm = null!;
        static Rlm.Embedded.RlmContext context = null!;
        static Microsoft.Extensions.DependencyInjection.IServiceCollection services = null!;
        static Microsoft.Extensions.AI.AIFunction mcpTool = null!;
        static Db db = null!;
        static string file = "", question = "", book = "";
        static Task<string[]> SearchAsync(string query) => Task.FromResult(new[] { query });
        sealed record Person(int Age);
        sealed class Db { public Task<Person> FindAsync(string id, CancellationToken token) => Task.FromResult(new Person(id.Length)); }
        sealed class MyJsonContext { public static MyJsonContext Default { get; } = new(); public System.Text.Json.Serialization.Metadata.JsonTypeInfo<Person> Person => null!; }
        """;

    public static IEnumerable<TestCaseData> Snippets() =>
        from page in Directory.GetFiles(Repository.PathTo("docs"), "*.md", SearchOption.AllDirectories).Append(Repository.PathTo("README.md")).Append(Repository.PathTo("src", "package-readme.md"))
        let name = Path.GetRelativePath(Repository.PathTo("."), page)
        from piece in Pieces(File.ReadAllText(page)).Select((code, index) => (code, index))
        select new TestCaseData(piece.code).SetArgDisplayNames($"{name}, {piece.index + 1}");

    [Test]
    public void Snippets_OfReadme_AreFound() => Pieces(Read("README.md")).Count().ShouldBeGreaterThan(7);

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_AsAReaderCopiesIt_Compiles(string code)
    {
        var usings = Usings(code) is { Length: > 0 } own ? own : s_usings;
        var body = string.Join('\n', code.Split('\n').Where(line => !IsUsing(line)));
        var source = $$"""
            {{Implicit}}{{usings}}
            static class Page
            {
            {{Around}}
            static async Task RunAsync()
            {
            await Task.Yield();
            {{body}}
            }
            }
            """;
        var compilation = CSharpCompilation.Create(
            "snippet",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString()).ShouldBeEmpty(source);
    }

    private static string Read(string page) => File.ReadAllText(Repository.PathTo(page));

    private static IEnumerable<string> Pieces(string page) => page.Split(Fence).Skip(1).Select(rest => rest.Split("\n```")[0]);

    private static string Usings(string text) => string.Join('\n', text.Split('\n').Where(IsUsing));

    private static bool IsUsing(string line) => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal);
}
