using System.Runtime.InteropServices;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>How wide a terminal is. Asked of the system: the runtime's console would first write its own escape codes to it.</summary>
internal static partial class TerminalSize
{
    private const nuint GetWindowSize = 0x5413;

    /// <summary>The columns of the terminal that a descriptor is, or null where it is none or does not say.</summary>
    public static int? Columns(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Console.WindowWidth is > 0 and var columns ? columns : null;
        }

        return IoctlNative(descriptor, GetWindowSize, out WindowSize size) == 0 && size.Columns > 0 ? size.Columns : null;
    }

    /// <summary>The rows of the terminal that a descriptor is, or null where it is none or does not say.</summary>
    public static int? Rows(int descriptor) => !OperatingSystem.IsLinux() ? Console.WindowHeight
        : IoctlNative(descriptor, GetWindowSize, out WindowSize size) == 0 && size.Rows > 0 ? size.Rows : null;

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int IoctlNative(int descriptor, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }
}
