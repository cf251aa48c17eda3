using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>setrlimit(2).</summary>
internal static partial class AddressSpace
{
    private const int AddressSpaceLimit = 9;

    /// <summary>Limits what this process may map, in bytes.</summary>
    public static void Limit(ulong bytes)
    {
        ulong[] limit = [bytes, bytes];
        if (SetLimit(AddressSpaceLimit, limit) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong[] limit);
}
