using System.Diagnostics.CodeAnalysis;

namespace Rlm.Embedded.Interpreter;

/// <summary>
/// One CPython on this machine, usable or not. Library, home and executable are of the same installation:
/// a library that runs another installation's standard library fails in ways that are hard to see. Immutable.
/// </summary>
public sealed record PythonInstallation
{
    /// <summary>Where it was found, in words: <c>RLM_PYTHON_LIBRARY</c>, <c>virtual environment /x</c>, <c>pyenv</c>, <c>distribution</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Full path of the shared library (<c>libpython3.11.so.1.0</c>, <c>libpython3.11.dylib</c>, <c>python311.dll</c>), or null when there is none.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>The prefix: the folder whose <c>lib/pythonX.Y</c> (Windows: <c>Lib</c>) holds <c>os.py</c>. What PYTHONHOME would be set to.</summary>
    public string? Home { get; init; }

    /// <summary>Major and minor version; <see cref="Version.Build"/> is the patch, or -1 when the files do not tell it. Null when nothing tells the version.</summary>
    public Version? Version { get; init; }

    /// <summary>The installation's own <c>python</c>, to be set as program name, or null when it has none. With a virtual environment this is still the base's.</summary>
    public string? Executable { get; init; }

    /// <summary>The virtual environment this installation was reached through, or null.</summary>
    public string? VirtualEnvironment { get; init; }

    /// <summary>The folder of <see cref="VirtualEnvironment"/> to add to <c>sys.path</c>, or null.</summary>
    public string? SitePackages { get; init; }

    /// <summary>Whether it is a build without the GIL (ABI flag <c>t</c>, PEP 703).</summary>
    public bool IsFreeThreaded { get; init; }

    /// <summary>Why it cannot be used, or null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Whether it can be loaded.</summary>
    [MemberNotNullWhen(true, nameof(LibraryPath), nameof(Home), nameof(Version))]
    public bool IsUsable => Problem is null && LibraryPath is not null && Home is not null && Version is not null;
}
