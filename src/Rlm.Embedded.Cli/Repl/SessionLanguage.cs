using System.Text;
using Rlm.Embedded.Cli.Repl.Editing;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>
/// Asks Python: whether typed code is whole, in a session of the tool's own that only compiles it; which attributes a value has, in the person's
/// session, where their own code may run for it: on its thread, within its limits, without models.
/// </summary>
internal sealed class SessionLanguage : ICellLanguage, IAsyncDisposable
{
    /// <summary>What every session has.</summary>
    private static readonly string[] s_scaffold =
        ["answer", "context", "llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "SHOW_VARS", "FINAL", "FINAL_VAR"];

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly EmbeddedRepl _own;
    private readonly CellRunner _session;
    private readonly string[] _words;

    private SessionLanguage(EmbeddedRepl own, CellRunner session, string python, string[] words)
    {
        _own = own;
        _session = session;
        _words = [.. words, .. s_scaffold];
        PythonVersion = python;
    }

    /// <summary>Such as <c>3.11.2</c>.</summary>
    public string PythonVersion { get; }

    public static async Task<SessionLanguage> OpenAsync(CellRunner session, CancellationToken cancellationToken)
    {
        EmbeddedRepl own = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted }, cancellationToken);
        CellResult started = await own.ExecuteAsync(new Cell("""
            import ast, builtins, codeop, keyword, sys, warnings

            compiler = codeop.CommandCompiler()
            compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

            def is_complete(code):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        if compiler(code, symbol="exec") is None:
                            return False
                        body = ast.parse(code).body
                    except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
                        return True
                # A block may go on: an empty line ends it.
                return not body or not (hasattr(body[-1], "body") or hasattr(body[-1], "cases")) or not code.rpartition("\n")[2].strip()

            print(sys.version.split()[0], *(name for name in dir(builtins) if name[0] != "_"), *keyword.kwlist)
            """), cancellationToken);
        string[] words = started.Stdout.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new SessionLanguage(own, session, words[0], words[1..]);
    }

    public async ValueTask<bool> IsCompleteAsync(string code, CancellationToken cancellationToken)
    {
        CellResult result = await _own.ExecuteAsync(new Cell($"print(is_complete({Literal(code)}))"), cancellationToken);
        return result.Stdout != "False\n";
    }

    public async ValueTask<IReadOnlyList<string>> CompleteAsync(string owner, string begun, CancellationToken cancellationToken)
    {
        IEnumerable<string> names = owner.Length == 0
            ? [.. _words, .. _session.Variables.Select(variable => variable.Name)]
            : await AttributesAsync(owner, begun, cancellationToken);
        return [.. names
            .Where(name => name.StartsWith(begun, StringComparison.Ordinal) && (name[0] != '_' || begun.StartsWith('_')))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.OrdinalIgnoreCase)];
    }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    private async Task<IEnumerable<string>> AttributesAsync(string owner, string begun, CancellationToken cancellationToken)
    {
        string code = $"print('\\n'.join(name for name in dir({owner}) if name.startswith({Literal(begun)})))";
        CellResult result = await _session.RunQuietlyAsync(new Cell(code, s_patience), cancellationToken);
        return result.Error is null ? result.Stdout.Split('\n').Where(IsName) : [];
    }

    private static bool IsName(string text) => text.Length > 0 && !char.IsDigit(text[0]) && text.All(c => char.IsLetterOrDigit(c) || c == '_');

    private static string Literal(string text)
    {
        StringBuilder literal = new("\"");
        foreach (char c in text)
        {
            literal.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }
}
