using Microsoft.Win32;

namespace Rlm.Embedded.Interpreter.Locating;

/// <summary>What PEP 514 has installers write to the registry.</summary>
internal static class WindowsRegistry
{
    private const string PythonCore = @"Software\Python\PythonCore";

    /// <summary>The installations the registry names, the user's own first; empty elsewhere than on Windows.</summary>
    public static IEnumerable<RegisteredPython> Read()
    {
        var found = new List<RegisteredPython>();
        if (OperatingSystem.IsWindows())
        {
            Read(Registry.CurrentUser, "HKCU", found);
            Read(Registry.LocalMachine, "HKLM", found);
        }

        return found;
    }

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static void Read(RegistryKey hive, string name, List<RegisteredPython> found)
    {
        try
        {
            using RegistryKey? core = hive.OpenSubKey(PythonCore);
            foreach (string tag in core?.GetSubKeyNames() ?? [])
            {
                using RegistryKey? install = core!.OpenSubKey($@"{tag}\InstallPath");
                if (install?.GetValue("") is string { Length: > 0 } folder)
                {
                    found.Add(new RegisteredPython($@"{name}\{PythonCore}\{tag}", folder));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            // A key that may not be read is a key that is not there.
        }
    }
}
