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
            for name in names + ["__globals__", "__closure__", "__self__", "__func__", "__code__", "__dict__", "__subclasses__", "__builtins__", "__loader__", "__spec__"]:
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
        for name in ("os", "posix", "sys", "subprocess", "ctypes", "gc", "inspect", "builtins", "importlib", "io", "json", "re", "collections", "pathlib", "platform", "sysconfig", "threading", "logging"):
            try:
                look(__import__(name), name, 3)
            except BaseException:
                pass
        for attempt in (
            lambda: __import__("os").environ,
            lambda: __import__("os").getenv("OPENAI_API_KEY"),
            lambda: __import__("os").path.expandvars("$OPENAI_API_KEY"),
            lambda: open("/proc/self/environ", "rb").read(),
            lambda: __import__("pathlib").Path("/proc/self/environ").read_bytes(),
            lambda: __import__("subprocess").check_output(["env"]),
            lambda: __import__("gc").get_objects(),
            lambda: [f.f_globals for f in __import__("sys")._current_frames().values()],
        ):
            try:
                look(attempt(), "attempt", 2)
            except BaseException:
                pass
        print("LOOKED", len(seen), "FOUND", places)
        """;

    [Test]
    public async Task Ask_CodeHuntsForTheKey_ItIsNowhere([Values("OPENAI_API_KEY", "VLLM_API_KEY")] string variable)
    {
        using TemporaryFolder folder = new();
        string cassette = Path.Combine(folder.Path, "run.jsonl");
        using FakeModelServer server = FakeModelServer.Start(call => call switch
        {
            0 => (200, FakeModelServer.Completion(JsonSerializer.Serialize($"```python\n{Hunt}\nprint(llm_query('say'))\n```"))),
            1 => (401, $"{{\"error\":{{\"message\":\"bad key {Key}\"}}}}"),
            _ => (200, FakeModelServer.Completion("\"FINAL(done)\"")),
        });
        string provider = variable.Split('_')[0];
        Dictionary<string, string?> environment = new() { [variable] = Key, [$"{provider}_BASE_URL"] = server.Url };

        Outcome outcome = await RlmTool.RunAsync(
            ["ask", "--model", $"{provider.ToLowerInvariant()}/m", "--task", "hunt", "-v", "--json", "--record", cassette], "text\n"u8.ToArray(), environment);

        outcome.Code.ShouldBe(0, outcome.ToString());
        server.Requests.ShouldAllBe(request => request.Authorization == $"Bearer {Key}");
        string seen = outcome + await File.ReadAllTextAsync(cassette) + string.Concat(server.Requests.Select(request => request.Body));
        seen.ShouldNotContain(Key);
        outcome.Error.ShouldContain("FOUND []");
        string looked = outcome.Error[(outcome.Error.IndexOf("LOOKED ", StringComparison.Ordinal) + 7)..];
        int.Parse(looked[..looked.IndexOf(' ', StringComparison.Ordinal)]).ShouldBeGreaterThan(500);
    }
}
