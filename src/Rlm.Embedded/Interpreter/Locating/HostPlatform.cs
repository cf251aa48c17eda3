namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>How Python installations are laid out here.</summary>
internal enum HostPlatform
{
    /// <summary>Linux and other Unix: <c>lib/libpythonX.Y.so.1.0</c>.</summary>
    Linux,

    /// <summary>macOS: <c>lib/libpythonX.Y.dylib</c> and frameworks.</summary>
    MacOS,

    /// <summary>Windows: <c>pythonXY.dll</c> beside <c>python.exe</c>.</summary>
    Windows,
}
