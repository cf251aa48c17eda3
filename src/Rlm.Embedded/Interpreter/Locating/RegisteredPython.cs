namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>An entry of the Windows registry (PEP 514).</summary>
/// <param name="Key">The key, such as <c>HKLM\Software\Python\PythonCore\3.12</c>.</param>
/// <param name="InstallPath">The folder it names.</param>
internal sealed record RegisteredPython(string Key, string InstallPath);
