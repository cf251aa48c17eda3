namespace Rlm.Embedded.Containment.Tests;

/// <summary>Many sessions of one process at the same time, half of them hostile.</summary>
public sealed class ConcurrencyTests
{
    private static readonly string[] s_hostile =
    [
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "l = []\nwhile True:\n    try: l.append('x' * 100000)\n    except MemoryError: pass",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        "while True: print('x' * 10000)",
        "raise SystemExit(1)",
        "def f():\n    try: f()\n    finally: f()\nf()",
        "import time\ntime.sleep(3600)",
        "x = 9 ** (9 ** 9)",
    ];

    [Test]
    public async Task Sessions_HalfOfThemHostile_TheOthersAnswerRight()
    {
        using Child child = Child.OfHost("--memory", "64");

        Answer[] answers = await child.AskTogetherAsync(Enumerable.Range(0, 64).Select(i => i % 2 == 0
            ? ($"bad{i}", s_hostile[i / 2 % s_hostile.Length], 1.0)
            : ($"good{i}", $"import json\ntotal = sum(k * {i} for k in range(20000))\nprint(total, json.dumps([{i}]))", 600.0)));
        Answer[] next = await child.AskTogetherAsync(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? $"bad{i}" : $"good{i}", $"{i} * 2", 600.0)));

        for (int i = 1; i < 64; i += 2)
        {
            answers[i].Stdout.ShouldBe($"{199_990_000L * i} [{i}]\n", answers[i].ToString());
        }

        next.Select(answer => answer.Stdout).ShouldBe(Enumerable.Range(0, 64).Select(i => $"{i * 2}\n"));
    }
}
