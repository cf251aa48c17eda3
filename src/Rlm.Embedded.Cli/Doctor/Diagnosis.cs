using Rlm.Embedded.Cli.Models;
using Rlm.Embedded.Providers;
using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Cli.Doctor;

/// <summary>What `rlm doctor` found out. The Python is really started and asked.</summary>
internal sealed record Diagnosis
{
    private const string Probe = """
        import sys
        print(sys.version.replace("\n", " "))
        print(sys.prefix)
        print(sys.getfilesystemencoding())
        for name in ("numpy", "pandas"):
            try:
                print(name, __import__(name).__version__)
            except ModuleNotFoundError as error:
                print(name, "not installed" if error.name == name else f"cannot be imported: {error}")
            except Exception as error:
                print(name, f"cannot be imported: {type(error).__name__}:", " ".join(str(error).split())[:200])
        """;

    public required EngineInfo Engine { get; init; }

    /// <summary>What <c>sys.version</c> says, or null when Python did not start.</summary>
    public string? Version { get; init; }

    /// <summary>What <c>sys.prefix</c> says.</summary>
    public string? Home { get; init; }

    /// <summary>What <c>sys.getfilesystemencoding()</c> says.</summary>
    public string? Encoding { get; init; }

    /// <summary>The packages that everybody asks for, each with its version or why there is none: <c>numpy 1.24.2</c>.</summary>
    public IReadOnlyList<string> Packages { get; init; } = [];

    /// <summary>An active virtual environment whose packages are not used, and why; null when there is none.</summary>
    public string? UnusedEnvironment => Engine.Python is { } python
        && Engine.Others.FirstOrDefault(other => other.VirtualEnvironment is not null && other.VirtualEnvironment != python.VirtualEnvironment) is { } unused
            ? $"{unused.VirtualEnvironment}: {unused.Problem ?? $"{python.Source} goes first"}"
            : null;

    /// <summary>Why nothing can run, with the remedy; null when all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>What of the model providers is configured.</summary>
    public IReadOnlyList<ModelProviderStatus> Models { get; } = ModelKeys.Status();

    /// <summary>Names of the model variables that are set.</summary>
    public IReadOnlyList<string> Keys => ModelKeys.Present(Models);

    public static async Task<Diagnosis> MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using EmbeddedRepl repl = await EmbeddedRepl.OpenAsync(new ReplSessionOptions { Profile = SandboxProfile.Trusted }, cancellationToken);
            CellResult asked = await repl.ExecuteAsync(new Cell(Probe), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            string[] lines = asked.Stdout.TrimEnd('\n').Split('\n');
            EngineInfo engine = EngineInfo.Read();
            return asked.Error is null && lines is [var version, var home, var encoding, .. var packages]
                ? new Diagnosis { Engine = engine, Version = version, Home = home, Encoding = encoding, Packages = packages }
                : new Diagnosis { Engine = engine, Problem = $"Python starts, but cannot run a cell: {asked.Error?.Type} {asked.Error?.Message}. Set RLM_PYTHON_LIBRARY to another libpython." };
        }
        catch (RlmConfigurationException exception)
        {
            return new Diagnosis { Engine = EngineInfo.Read(), Problem = exception.Message };
        }
    }
}
