using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Rlm.Embedded.Sandbox.Linux;

/// <summary>
/// Takes files, sockets, processes and signals from the calling thread for good (prctl(2), landlock(7), seccomp(2)); the other threads
/// of the process keep them. Threads it starts later inherit the confinement.
/// </summary>
internal static unsafe partial class ThreadConfinement
{
    private const int NoNewPrivileges = 38;
    private const int FilterMode = 1;
    private const int BlockSignals = 0;
    private const int UnixFamily = 1;
    private const int StreamKind = 1;

    /// <summary>Landlock's access rights to files by ABI version (linux/landlock.h).</summary>
    private static readonly ulong[] s_fileRights = [0, 0x1FFF, 0x3FFF, 0x7FFF, 0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF];

    /// <summary>Landlock's ABI version on this kernel, or 0 without it.</summary>
    public static int LandlockVersion { get; } = SystemCalls.Current is null ? 0 : Math.Max((int)SystemCall(SystemCalls.LandlockCreateRuleset, 0, 0, 1), 0);

    /// <summary>Whether the kernel takes seccomp filters.</summary>
    public static bool HasSeccomp { get; } =
        SystemCalls.Current is { } calls && ActionAvailable(calls);

    /// <summary>
    /// Loads what code on a confined thread may need: an assembly first asked for there could not be read, and .NET would remember the
    /// failure for the whole process. Called once, on a thread that is not confined.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "An assembly that trimming removed is not needed.")]
    public static void Prepare()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            // Compiled ahead of time: everything is in the program, and nothing tells what it refers to.
            return;
        }

        foreach (AssemblyName name in typeof(ThreadConfinement).Assembly.GetReferencedAssemblies())
        {
            if (name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.Extensions.AI", StringComparison.Ordinal))
            {
                Assembly.Load(name);
            }
        }
    }

    /// <summary>Confines the calling thread with what the kernel has, and tries each layer.</summary>
    /// <exception cref="RlmConfigurationException">The kernel said it can and then did not: the thread must not run restricted code.</exception>
    public static void Apply() => Apply(imports: false);

    /// <summary>The same for the thread that imports for sessions, which may ask for the name of the system besides.</summary>
    public static void ApplyToImports() => Apply(imports: true);

    private static void Apply(bool imports)
    {
        if (SystemCalls.Current is not { } calls)
        {
            return;
        }

        BlockHostSignals();
        if (SystemCall(calls.Prctl, NoNewPrivileges, 1, 0) != 0)
        {
            throw Failed("prctl(PR_SET_NO_NEW_PRIVS)");
        }

        if (LandlockVersion > 0 && !SandboxLayers.IsOff("landlock"))
        {
            RestrictFiles();
            if (!IsFileRefused())
            {
                throw NotInForce("landlock");
            }
        }

        if (HasSeccomp && !SandboxLayers.IsOff("seccomp"))
        {
            Filter(calls, imports);
            if (!IsFileRefused() || !IsSocketRefused())
            {
                throw NotInForce("seccomp");
            }
        }
    }

    private static bool IsFileRefused()
    {
        int file = Open("/proc/self/stat", 0);
        if (file >= 0)
        {
            _ = Close(file);
        }

        return file < 0;
    }

    private static bool IsSocketRefused()
    {
        int socket = Socket(UnixFamily, StreamKind, 0);
        if (socket >= 0)
        {
            _ = Close(socket);
        }

        return socket < 0;
    }

    private static RlmConfigurationException NotInForce(string layer) =>
        new($"The kernel took {layer} for the session's thread and does not hold to it. Use SandboxProfile.Trusted only with code you trust.");

    private static void RestrictFiles()
    {
        int version = Math.Min(LandlockVersion, s_fileRights.Length - 1);

        // Rights named and no rule that grants them: all refused. From version 4 the second word holds TCP bind and connect.
        ulong* rights = stackalloc ulong[2] { s_fileRights[version], version >= 4 ? 3UL : 0UL };
        nint ruleset = SystemCall(SystemCalls.LandlockCreateRuleset, (nint)rights, version >= 4 ? 16 : 8, 0);
        if (ruleset < 0)
        {
            throw Failed("landlock_create_ruleset");
        }

        nint restricted = SystemCall(SystemCalls.LandlockRestrictSelf, ruleset, 0, 0);
        _ = Close((int)ruleset);
        if (restricted != 0)
        {
            throw Failed("landlock_restrict_self");
        }
    }

    private static void Filter(SystemCalls calls, bool imports)
    {
        SeccompFilter.Instruction[] program = SeccompFilter.Build(calls, Environment.ProcessId, imports);
        fixed (SeccompFilter.Instruction* start = program)
        {
            // struct sock_fprog
            nint* description = stackalloc nint[2] { program.Length, (nint)start };
            if (SystemCall(calls.Seccomp, FilterMode, 0, (nint)description) != 0)
            {
                throw Failed("seccomp(SECCOMP_SET_MODE_FILTER)");
            }
        }
    }

    /// <summary>Ctrl+C and its like go to a thread that may write to .NET's signal pipe.</summary>
    private static void BlockHostSignals()
    {
        ulong* set = stackalloc ulong[16];
        new Span<ulong>(set, 16).Clear();
        foreach (int signal in (ReadOnlySpan<int>)[1, 2, 3, 15, 17, 18, 20, 21, 22, 28])
        {
            set[0] |= 1UL << (signal - 1);
        }

        _ = SignalMask(BlockSignals, set, null);
    }

    private static bool ActionAvailable(SystemCalls calls)
    {
        uint refuse = 0x0005_0000;
        return SystemCall(calls.Seccomp, 2, 0, (nint)(&refuse)) == 0;
    }

    private static RlmConfigurationException Failed(string call) =>
        new($"The kernel refused {call} with error {Marshal.GetLastPInvokeError()}: the session's thread cannot be confined. Use SandboxProfile.Trusted only with code you trust.");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth = 0, nint fifth = 0);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SignalMask(int how, ulong* set, ulong* before);
}
