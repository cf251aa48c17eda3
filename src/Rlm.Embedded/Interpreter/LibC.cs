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

    /// <summary>tgkill(2).</summary>
    [LibraryImport("libc", EntryPoint = "tgkill")]
    public static partial int TgKill(int processId, int threadId, int signal);
}
