namespace Rlm.Embedded.Containment.Tests;

/// <summary>Each layer, as the only one: it holds what gets through where none is. So a layer that is switched off is off, and one that is on holds by itself.</summary>
public sealed class LayerProofTests
{
    private const string ReadsFile = "import io\nprint(io.open('@FILE@').read())";
    private const string Connects = "import asyncio\nasyncio.base_events.socket.create_connection(('127.0.0.1', @PORT@))\nprint('ESCAPED')";

    private static readonly string[] s_layers = ["code-gate", "guards", "guarded-attributes", "capabilities", "audit-hook", "landlock", "seccomp"];

    [TestCase("code-gate", "print('ESCAPED', ().__reduce_ex__)")]
    [TestCase("guards", "print('ESCAPED', getattr((), '__redu' + 'ce_ex__'))")]
    [TestCase("guarded-attributes", "def f(): pass\nprint('ESCAPED', f.__globals__)")]
    [TestCase("capabilities", ReadsFile)]
    [TestCase("audit-hook", ReadsFile)]
    [TestCase("landlock", ReadsFile)]
    [TestCase("seccomp", Connects)]
    public async Task Layer_Alone_HoldsWhatNoneLetsThrough(string layer, string code)
    {
        using Secrets secrets = new();
        using Child none = Child.OfHost("--off", string.Join(',', s_layers));
        using Child alone = Child.OfHost("--off", string.Join(',', s_layers.Where(one => one != layer)));

        Answer through = await none.AskAsync("s", secrets.Fill(code));
        bool leaks = secrets.Leak(through.Line) is not null;
        Answer held = await alone.AskAsync("s", secrets.Fill(code));

        (leaks || through.Stdout.Contains("ESCAPED", StringComparison.Ordinal)).ShouldBeTrue(through.ToString());
        secrets.Leak(held.Line).ShouldBeNull();
        held.Stdout.ShouldBeEmpty();
        held.ErrorType.ShouldNotBeNull(held.ToString());
    }
}
