namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>The version the user asks for: major and minor, and a patch if it matters.</summary>
internal sealed class VersionRequest
{
    public const string Variable = "RLM_PYTHON_VERSION";

    private readonly Version _version;
    private readonly string _origin;

    private VersionRequest(Version version, string origin)
    {
        _version = version;
        _origin = origin;
    }

    /// <summary>Major and minor, as in names of packages.</summary>
    public string Minor => _version.ToString(2);

    /// <summary>Reads the request.</summary>
    /// <param name="roots">The environment, for RLM_PYTHON_VERSION.</param>
    /// <param name="version">What the program asks for; goes before the environment. Null for nothing.</param>
    /// <returns>Null when any supported version will do.</returns>
    /// <exception cref="RlmConfigurationException">The text is no version, or a version that is not supported.</exception>
    public static VersionRequest? Read(SearchRoots roots, string? version)
    {
        string origin = version is null ? Variable : "the requested Python version";
        if ((version ?? roots.Variable(Variable)) is not { } text)
        {
            return null;
        }

        if (!Version.TryParse(text.Trim(), out Version? wanted) || wanted.Revision >= 0)
        {
            throw new RlmConfigurationException($"{origin} is '{text}', which is not a version such as 3.12 or 3.12.1.");
        }

        return SupportedVersions.Include(wanted)
            ? new VersionRequest(wanted, origin)
            : throw new RlmConfigurationException($"{origin} is '{text}', which is not supported: choose one of {SupportedVersions.Range}.");
    }

    /// <summary>The installation, with a problem if it is usable but not of this version.</summary>
    public PythonInstallation Check(PythonInstallation installation)
    {
        bool matches = !installation.IsUsable
            || (VersionText.SameMinor(installation.Version, _version) && (_version.Build < 0 || installation.Version.Build == _version.Build));
        return matches ? installation : installation with { Problem = $"version {installation.Version} is not {_version}, as {_origin} asks" };
    }

    /// <inheritdoc/>
    public override string ToString() => _version.ToString();
}
