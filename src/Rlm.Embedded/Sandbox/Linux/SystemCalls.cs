namespace Rlm.Embedded.Sandbox.Linux;

/// <summary>Numbers of system calls (asm/unistd.h) on the two processors this library confines threads on.</summary>
internal sealed class SystemCalls
{
    /// <summary>AUDIT_ARCH of the processor (linux/audit.h).</summary>
    public required uint Architecture { get; init; }

    public required int Seccomp { get; init; }

    public required int Prctl { get; init; }

    public required int Clone { get; init; }

    public required int Tgkill { get; init; }

    /// <summary>
    /// read and write. .NET starts its compiling thread, and the collector's, from whichever thread first needs it, and tells a new thread
    /// to go on by one byte in a pipe. Where that is refused the process dies.
    /// </summary>
    public required (int Read, int Write) OneByte { get; init; }

    /// <summary>What a thread of .NET and CPython needs when it only computes, allocates, waits and looks at the clock.</summary>
    public required int[] Allowed { get; init; }

    /// <summary>uname: modules of the library ask for the name of the system while they load.</summary>
    public required int Uname { get; init; }

    // The same on all processors.
    public const int LandlockCreateRuleset = 444;
    public const int LandlockRestrictSelf = 446;
    public const int Clone3 = 435;

    /// <summary>The table for this machine, or null where threads cannot be confined.</summary>
    public static SystemCalls? Current { get; } = !OperatingSystem.IsLinux() ? null : RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => new SystemCalls
        {
            Architecture = 0xC000_003E,
            Seccomp = 317,
            Prctl = 157,
            Clone = 56,
            Tgkill = 234,
            OneByte = (0, 1),
            Uname = 63,
            Allowed =
            [
                9, 10, 11, 12, 25, 27, 28, // mmap mprotect munmap brk mremap mincore madvise
                13, 14, 15, 131, 127, 128, // rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack rt_sigpending rt_sigtimedwait
                24, 35, 39, 60, 96, 98, 99, 158, 186, // sched_yield nanosleep getpid exit gettimeofday getrusage sysinfo arch_prctl gettid
                202, 203, 204, 201, 218, 228, 229, 230, // futex sched_setaffinity sched_getaffinity time set_tid_address clock_gettime clock_getres clock_nanosleep
                273, 274, 302, 309, 318, 324, 334, 449, // set_robust_list get_robust_list prlimit64 getcpu getrandom membarrier rseq futex_waitv
                7, 23, 270, 271, // poll select pselect6 ppoll: 3.10 sleeps in select
                3, // close: of what it could not open
                293, // pipe2: see OneByte
            ],
        },
        System.Runtime.InteropServices.Architecture.Arm64 => new SystemCalls
        {
            Architecture = 0xC000_00B7,
            Seccomp = 277,
            Prctl = 167,
            Clone = 220,
            Tgkill = 131,
            OneByte = (63, 64),
            Uname = 160,
            Allowed =
            [
                222, 226, 215, 214, 216, 232, 233, // mmap mprotect munmap brk mremap mincore madvise
                134, 135, 139, 132, 136, 137, // rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack rt_sigpending rt_sigtimedwait
                124, 101, 172, 93, 169, 165, 179, 178, // sched_yield nanosleep getpid exit gettimeofday getrusage sysinfo gettid
                98, 122, 123, 96, 113, 114, 115, // futex sched_setaffinity sched_getaffinity set_tid_address clock_gettime clock_getres clock_nanosleep
                99, 100, 261, 168, 278, 283, 293, 449, // set_robust_list get_robust_list prlimit64 getcpu getrandom membarrier rseq futex_waitv
                72, 73, // pselect6 ppoll
                57, // close
                59, // pipe2
            ],
        },
        _ => null,
    };
}
