using System.Runtime.InteropServices;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>mallinfo2(3).</summary>
internal static partial class NativeHeap
{
    private const int InUse = 7;
    private const int Mapped = 4;

    /// <summary>Bytes that the C library has given out and not got back.</summary>
    public static unsafe long UsedBytes
    {
        get
        {
            Figures figures = Read();
            return (long)(figures.Words[InUse] + figures.Words[Mapped]);
        }
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Figures Read();

    /// <summary>struct mallinfo2: arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Figures
    {
        public fixed ulong Words[10];
    }
}
