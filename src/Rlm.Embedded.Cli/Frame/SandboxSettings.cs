using Rlm.Embedded.Repl;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>How far code is trusted and which packages it may import.</summary>
internal sealed record SandboxSettings(SandboxProfile Profile, IReadOnlyList<string> PackagePaths, bool UsePythonPath, IReadOnlyList<string> AllowedModules)
{
    public void ApplyTo(RlmOptions options)
    {
        options.SandboxProfile = Profile;
        options.PackagePaths = PackagePaths;
        options.UsePythonPath = UsePythonPath;
        options.AllowedModules = AllowedModules;
    }

    public ReplSessionOptions ApplyTo(ReplSessionOptions options) =>
        options with { Profile = Profile, PackagePaths = PackagePaths, UsePythonPath = UsePythonPath, AllowedModules = AllowedModules };
}
