using System.Text.Json;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>A key in the environment of the process, and model-written code in the same process that looks for it.</summary>
public sealed class KeyHuntTests
{
    private const string Key = "planted-key-5f2c9d81e7";

    // The needle is written backwards, so that the code does not hold what it looks for.
    private const string Hunt = """
        needle = "7e18d9c2f5-yek-detnalp"[::-1]
        seen = {}
        places = []
        def look(value, path, depth):
            if id(value) in seen or len(seen) > 20000:
                return
            seen[id(value)] = value
            for show in (str, repr):
                try:
                    shown = show(value)
                    if isinstance(shown, str) and needle in shown and not path.endswith("needle"):
                        places.append(path)
                except BaseException:
                    pass
            if isinstance(value, (bytes, bytearray)) and needle.encode() in value:
                places.append(path)
            if depth == 0:
                return
            try:
                names = dir(value)
            except BaseException:
                names = []
            for name in names + ["_" * 2 + word + "_" * 2 for word in ("globals", "closure", "self", "func", "code", "dict", "subclasses", "builtins", "loader", "spec", "class", "bases")]:
                try:
                    inner = getattr(value, name)
                except BaseException:
                    continue
                look(inner, path + "." + name, depth - 1)
            try:
                if isinstance(value, dict):
                    for k, v in list(value.items()):
                        look(v, path + "[" + str(k) + "]", depth - 1)
                elif isinstance(value, (list, tuple, set, frozenset)):
                    for i, v in enumerate(list(value)):
                        look(v, path + "[" + str(i) + "]", depth - 1)
            except BaseException:
                pass
        for name, value in list(globals().items()):
            if name not in ("needle", "seen", "places"):
                look(value, name, 4)
        """;

    private static readonly string[] s_modules =
    [
        "os", "posix", "sys", "subprocess", "ctypes", "gc", "inspect", "builtins", "importlib", "io", "json", "re", "collections", "pathlib",
        "platform", "sysconfig", "threading", "logging", "asyncio", "multiprocessing", "shutil", "tempfile", "warnings", "types",
    ];

    private static readonly string[] s_attempts =
    [
        "os.environ", "dict(os.environ)", "os.getenv(variable)", "os.path.expandvars('$' + variable)", "posix.environ",
        "open('/proc/self/environ', 'rb').read()", "pathlib.Path('/proc/self/environ').read_bytes()", "open('/proc/self/mem', 'rb')",
        "subprocess.check_output(['env'])", "gc.get_objects()", "sys._current_frames()", "ctypes.CDLL(None)", "os.popen('env').read()",
        "llm_query.handler", "getattr(llm_query, '_' * 2 + 'self' + '_' * 2)",
    ];

    [Test]
    public async Task Ask_CodeHuntsForTheKey_ItIsNowhere([Values("OPENAI_API_KEY", "VLLM_API_KEY")] string variable)
    {
        using TemporaryFolder folder = new();
        string cassette = Path.Combine(folder.Path, "run.jsonl");
        string[] cells = Cells(variable);
        using FakeModelServer server = FakeModelServer.Start(call =>
            call < cells.Length ? (200, FakeModelServer.Completion(JsonSerializer.Serialize($"```python\n{cells[call]}\n```")))
            : call == cells.Length ? (401, $"{{\"error\":{{\"message\":\"bad key {Key}\"}}}}")
            : (200, FakeModelServer.Completion("\"FINAL(done)\"")));
        string provider = variable.Split('_')[0];
        Dictionary<string, string?> environment = new() { [variable] = Key, [$"{provider}_BASE_URL"] = server.Url };

        Outcome outcome = await ToolProcess.RunAsync(
            ["ask", "--model", $"{provider.ToLowerInvariant()}/m", "--task", "hunt", "-v", "--json", "--max-steps", "100", "--record", cassette], "text\n"u8.ToArray(), environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.ShouldAllBe(request => request.Authorization == $"Bearer {Key}");
        string seen = outcome + await File.ReadAllTextAsync(cassette) + string.Concat(server.Requests.Select(request => request.Body));
        seen.ShouldNotContain(Key);
        outcome.Error.ShouldContain("FOUND []");
        string looked = outcome.Error[(outcome.Error.IndexOf("LOOKED ", StringComparison.Ordinal) + 7)..];
        int.Parse(looked[..looked.IndexOf(' ', StringComparison.Ordinal)]).ShouldBeGreaterThan(500);
    }

    // A cell that names what is not available does not run at all, so each attempt is one of its own.
    private static string[] Cells(string variable) =>
    [
        $"variable = '{variable}'\n{Hunt}\nfor name, value in list(globals().items()):\n    if name not in ('needle', 'seen', 'places'):\n        look(value, name, 4)",
        "for name in dir():\n    if name not in ('needle', 'seen', 'places', 'look'):\n        print(name)",
        "for f in (look, llm_query, llm_query_batched, FINAL_VAR, FINAL, SHOW_VARS, print, open, len):\n    look(f, 'f', 4)",
        "look((llm_query, print, context, look, Exception(), (i for i in [1])), 'tools', 5)",
        .. s_modules.Select(module => $"import {module}\nlook({module}, '{module}', 3)"),
        .. s_attempts.Select(attempt => $"look({attempt}, 'attempt', 3)"),
        "try:\n    1 / 0\nexcept Exception as e:\n    look(e, 'e', 5)",
        "print('LOOKED', len(seen), 'FOUND', places)\nprint(llm_query('say'))",
    ];
}
