using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Interpreter.Locating;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded;

/// <summary>What the engine found on this machine and what holds model-written code, for people to read. Immutable.</summary>
public sealed record EngineInfo
{
    private EngineInfo()
    {
    }

    /// <summary>The Python that runs, else the one that would be started; null when there is none.</summary>
    public PythonInstallation? Python { get; private init; }

    /// <summary>Why <see cref="Python"/> was chosen, or why there is none and what to do.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>The other installations seen, usable (<see cref="PythonInstallation.Problem"/> is null) or not, in the order of preference.</summary>
    public IReadOnlyList<PythonInstallation> Others { get; private init; } = [];

    /// <summary>
    /// The layers that hold the code of a Restricted session on this machine: <c>limits</c>, <c>interrupts</c>, <c>memory-quota</c>,
    /// <c>code-gate</c>, <c>guards</c>, <c>capabilities</c>, <c>audit-hook</c>, <c>no-new-privileges</c>, <c>landlock</c>, <c>seccomp</c>.
    /// What is missing from the list is missing from the machine. See <see cref="LayersAreProven"/>. Modules that <see cref="RlmOptions.AllowedModules"/> names go past <c>capabilities</c>.
    /// </summary>
    public IReadOnlyList<string> ActiveLayers { get; private init; } = [];

    /// <summary>
    /// Whether the <see cref="ActiveLayers"/> were seen to work, which each is tried for when the first session opens. Before that they are what this machine
    /// is known to have.
    /// </summary>
    public bool LayersAreProven { get; } = SandboxLayers.AreProven;

    /// <summary>
    /// What went wrong inside the engine where nobody could be thrown to: exceptions with their stacks, oldest first, the last 16. Each is a defect of this
    /// library that is worth a report; a cell that met one shows its message. Empty in a sound process.
    /// </summary>
    public IReadOnlyList<string> Faults { get; } = Interpreter.Faults.Last;

    /// <summary>
    /// Folders of installed packages that <see cref="SandboxProfile.Trusted"/> sessions have on <c>sys.path</c>, behind the standard library and
    /// <see cref="RlmOptions.PackagePaths"/>.
    /// </summary>
    public IReadOnlyList<string> PackageFolders { get; private init; } = [];

    /// <summary>The <c>.pth</c> files in them with lines of code, which are not run: what those would add is added by naming its folder in <see cref="RlmOptions.PackagePaths"/>.</summary>
    public IReadOnlyList<string> PathFilesNotRun { get; private init; } = [];

    /// <summary>Looks at the machine. Reads the file system, starts nothing.</summary>
    public static EngineInfo Read()
    {
        IReadOnlyList<string> layers = SandboxLayers.Active(SandboxProfile.Restricted);
        try
        {
            PythonSearch search = PythonLocator.FindAll();
            PythonInstallation? python = PythonRuntime.Current?.Installation ?? search.Chosen;
            PackageFolders? packages = python is null ? null : Interpreter.Locating.PackageFolders.Of(python, SearchRoots.OfThisProcess());
            return new EngineInfo
            {
                PackageFolders = packages?.Folders ?? [],
                PathFilesNotRun = packages?.CodeFiles ?? [],
                Python = python,
                Reason = python is null ? WhyNone() : Why(python),
                Others = [.. search.Installations.Where(other => python is null || !IsSame(other, python))],
                ActiveLayers = layers,
            };
        }
        catch (RlmConfigurationException exception)
        {
            return new EngineInfo { Reason = exception.Message, ActiveLayers = layers };
        }
    }

    private static string Why(PythonInstallation python)
    {
        string source = python.Source == EnvironmentVariableLocator.LibraryVariable || python.Source == EnvironmentVariableLocator.HomeVariable
            ? $"{python.Source} names it"
            : $"the first usable one in the order of preference, found as: {python.Source}";
        return SearchRoots.OfThisProcess().Variable("RLM_PYTHON_VERSION") is { } version
            ? $"{source}; RLM_PYTHON_VERSION asks for {version}"
            : source;
    }

    private static string WhyNone()
    {
        try
        {
            PythonLocator.Locate();
            return "";
        }
        catch (RlmConfigurationException exception)
        {
            return exception.Message;
        }
    }

    private static bool IsSame(PythonInstallation one, PythonInstallation other) =>
        one.LibraryPath == other.LibraryPath && one.Home == other.Home && one.VirtualEnvironment == other.VirtualEnvironment;
}
