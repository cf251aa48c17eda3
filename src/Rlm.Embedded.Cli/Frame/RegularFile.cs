using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>Tells files that hold data from devices and pipes, which must be neither replaced nor read to see what they are.</summary>
internal static unsafe partial class RegularFile
{
    private const int CurrentFolder = -100;
    private const uint Type = 1;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Whether the path, links followed, names an ordinary file that exists. Where the system cannot be asked: any file.</summary>
    public static bool Is(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path);
        }

        byte* status = stackalloc byte[256];
        return Statx(CurrentFolder, path, 0, Type, status) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(status + ModeAt, 2)) & TypeMask) == Regular;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
