namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>Knows one source of Python installations. Reads files only; starts no process.</summary>
internal interface IPythonLocator
{
    /// <summary>The source's name, as a user would say it.</summary>
    string Name { get; }

    /// <summary>Whether the user chose this source for this library. Then what it finds is the answer, usable or not.</summary>
    bool IsExplicit => false;

    /// <summary>What it looks at: folders, or settings that are not set.</summary>
    IEnumerable<string> Places(SearchRoots roots);

    /// <summary>The installations, the preferred first, found while they are enumerated. Unusable ones state their problem.</summary>
    IEnumerable<PythonInstallation> Find(SearchRoots roots);
}
