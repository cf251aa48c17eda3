using System.CommandLine;
using Rlm.Embedded.Sandbox;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>The flags that say how far code is trusted and which packages it may import.</summary>
internal sealed class SandboxFlags
{
    private readonly Option<string> _profile = Flag.OneOf(["restricted", "trusted", "required"], "How far the code is trusted: restricted has no files and no network, trusted has both and installed packages, required is restricted with the kernel's help. Default restricted.", "--profile");
    private readonly Option<string[]> _packages = new("--packages") { Description = "A folder of packages for --profile trusted, besides those installed for the Python that runs. May be repeated.", HelpName = "DIR" };
    private readonly Option<bool> _pythonPath = new("--pythonpath") { Description = "Add the folders that PYTHONPATH names, too." };
    private readonly Option<string[]> _allowed = new("--allow-module") { Description = "An installed module that restricted code may import; weakens the sandbox. May be repeated.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        Verb.Add(command, "Trust", _profile, _packages, _pythonPath, _allowed);
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="UsageException">A folder is not there, or flags contradict each other.</exception>
    public SandboxSettings Read(ParseResult line)
    {
        SandboxSettings settings = new(
            Enum.Parse<SandboxProfile>(line.GetValue(_profile)!, ignoreCase: true), line.GetValue(_packages) ?? [], line.GetValue(_pythonPath), line.GetValue(_allowed) ?? []);
        if (settings.PackagePaths.FirstOrDefault(path => !Directory.Exists(path)) is { } absent)
        {
            throw new UsageException($"{_packages.Name}: there is no folder '{absent}'.");
        }

        if (settings.AllowedModules.FirstOrDefault(name => name.Length == 0 || !name.All(character => char.IsLetterOrDigit(character) || character == '_')) is { } wrong)
        {
            throw new UsageException($"{_allowed.Name}: '{wrong}' is no top-level module. Name the package, such as numpy: what is in it comes with it.");
        }

        if (settings.AllowedModules.Count > 0 && settings.Profile != SandboxProfile.Restricted)
        {
            throw new UsageException(settings.Profile == SandboxProfile.Trusted
                ? $"{_allowed.Name} is for --profile restricted: trusted code may import every installed module anyway."
                : $"{_allowed.Name} weakens the sandbox, which --profile required refuses. Leave one of them out.");
        }

        if (settings.AllowedModules.Count == 0 && settings.Profile != SandboxProfile.Trusted && (settings.PackagePaths.Count > 0 || settings.UsePythonPath))
        {
            throw new UsageException($"{(settings.UsePythonPath ? _pythonPath.Name : _packages.Name)}: restricted code imports no packages. Add --profile trusted, or {_allowed.Name} NAME for single modules.");
        }

        return settings;
    }
}
