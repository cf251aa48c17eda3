namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>All that a search of this machine came to.</summary>
/// <param name="Installations">Every installation, usable or not, in the order of preference, each once.</param>
/// <param name="Places">Every place that was looked at.</param>
/// <param name="Chosen">The installation that would be loaded; null when there is none or an explicit choice is wrong.</param>
internal sealed record PythonSearch(
    IReadOnlyList<PythonInstallation> Installations, IReadOnlyList<SearchedPlace> Places, PythonInstallation? Chosen);
