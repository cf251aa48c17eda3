namespace Rlm.Embedded.Interpreter;

/// <summary>The few calls of the C library that .NET does not offer.</summary>
internal static partial class LibC
{
    /// <summary>dlopen(3): resolve when first used; later libraries see the symbols.</summary>
    public const int LazyGlobal = 0x1 | 0x100;

    /// <summary>macOS spells RTLD_GLOBAL otherwise.</summary>
    public const int LazyGlobalMac = 0x1 | 0x8;

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint DlOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    public static partial nint DlError();

    /// <summary>gettid(2).</summary>
    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int GetTid();

    /// <summary>CPU time that a thread of this process has used, or null where the system does not tell it (clock_gettime(2)).</summary>
    public static unsafe TimeSpan? ThreadCpuTime(int threadId)
    {
        long* time = stackalloc long[2];

        // How Linux makes the clock of a thread from its id: CPUCLOCK_SCHED, CPUCLOCK_PERTHREAD.
        return OperatingSystem.IsLinux() && ClockGetTime((~threadId << 3) | 6, time) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1000.0)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static unsafe partial int ClockGetTime(int clock, long* time);

    /// <summary>
    /// Asks for large pages for new memory (madvise(2), MADV_HUGEPAGE), which is then filled twice as fast. Memory that is small, or a system that has none, stays as it is.
    /// </summary>
    public static unsafe void PreferHugePages(byte* memory, nint length)
    {
        const int HugePage = 2 << 20;
        const int Advice = 14;
        nint start = ((nint)memory + HugePage - 1) & ~(nint)(HugePage - 1);
        nint rest = (nint)memory + length - start;
        if (rest >= 2 * HugePage && OperatingSystem.IsLinux())
        {
            _ = MAdvise(start, rest & ~(nint)(HugePage - 1), Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MAdvise(nint address, nint length, int advice);

    /// <summary>Lets a signal reach the calling thread, which a process may have been started without (pthread_sigmask(3)).</summary>
    public static unsafe void Unblock(int signal)
    {
        const int HowToUnblock = 1;
        if (OperatingSystem.IsLinux())
        {
            ulong* set = stackalloc ulong[16];
            new Span<ulong>(set, 16).Clear();
            set[0] = 1UL << (signal - 1);
            _ = SignalMask(HowToUnblock, set, null);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static unsafe partial int SignalMask(int how, ulong* set, ulong* before);

    /// <summary>tgkill(2).</summary>
    [LibraryImport("libc", EntryPoint = "tgkill")]
    public static partial int TgKill(int processId, int threadId, int signal);
}
