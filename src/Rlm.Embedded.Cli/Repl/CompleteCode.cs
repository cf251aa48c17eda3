using System.Text;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>Tells whether typed code is whole or goes on in the next line, as Python's own prompt does: it asks Python.</summary>
internal sealed class CompleteCode : IAsyncDisposable
{
    private readonly EmbeddedRepl _repl;

    private CompleteCode(EmbeddedRepl repl) => _repl = repl;

    public static async Task<CompleteCode> OpenAsync(CancellationToken cancellationToken)
    {
        EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted }, cancellationToken);
        await repl.ExecuteAsync(new Cell("""
            import codeop, warnings

            def is_complete(code):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        return codeop.compile_command(code) is not None
                    except (SyntaxError, ValueError, OverflowError):
                        return True
            """), cancellationToken);
        return new CompleteCode(repl);
    }

    public async ValueTask<bool> IsCompleteAsync(string code, CancellationToken cancellationToken)
    {
        // A trailing line feed says "no more lines": only an empty line says so at a prompt.
        string asked = code.EndsWith('\n') ? code[..^1] : code;
        CellResult result = await _repl.ExecuteAsync(new Cell($"print(is_complete({Literal(asked)}))"), cancellationToken);
        return result.Stdout != "False\n";
    }

    public ValueTask DisposeAsync() => _repl.DisposeAsync();

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
