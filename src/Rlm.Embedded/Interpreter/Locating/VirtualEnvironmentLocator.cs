namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>The virtual environment that is active: VIRTUAL_ENV.</summary>
internal sealed class VirtualEnvironmentLocator : IPythonLocator
{
    private const string Variable = "VIRTUAL_ENV";

    public string Name => "virtual environment";

    public IEnumerable<string> Places(SearchRoots roots)
    {
        yield return roots.PathVariable(Variable) ?? $"{Variable} (not set)";
    }

    public IEnumerable<PythonInstallation> Find(SearchRoots roots)
    {
        if (roots.PathVariable(Variable) is { } path)
        {
            yield return new VirtualEnvironmentFolder(roots, path).Read();
        }
    }
}
