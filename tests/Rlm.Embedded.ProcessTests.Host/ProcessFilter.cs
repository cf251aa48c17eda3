using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Rlm.Embedded.ProcessTests.Host;

/// <summary>What a desktop's sandbox does to the programs in it: no thread of this process may fork or exec from now on (seccomp(2), x86-64).</summary>
internal static unsafe partial class ProcessFilter
{
    private const int NoNewPrivileges = 38;
    private const int Seccomp = 317;
    private const int ForAllThreads = 1;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAnySet = 0x45;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF_0000;
    private const uint Refuse = 0x0005_0000 | 1;
    private const uint Unknown = 0x0005_0000 | 38;

    public static void DenyProcesses()
    {
        (ushort Code, byte IfTrue, byte IfFalse, uint Operand)[] program =
        [
            (LoadWord, 0, 0, 0),
            (JumpIfEqual, 6, 0, 57), // fork
            (JumpIfEqual, 5, 0, 58), // vfork
            (JumpIfEqual, 4, 0, 59), // execve
            (JumpIfEqual, 3, 0, 322), // execveat
            (JumpIfEqual, 3, 0, 435), // clone3
            (JumpIfEqual, 3, 0, 56), // clone
            (Return, 0, 0, Allow),
            (Return, 0, 0, Refuse),
            (Return, 0, 0, Unknown),
            (LoadWord, 0, 0, 16),
            (JumpIfAnySet, 0, 1, 0x0001_0000), // CLONE_THREAD
            (Return, 0, 0, Allow),
            (Return, 0, 0, Refuse),
        ];
        byte* code = stackalloc byte[program.Length * 8];
        for (int i = 0; i < program.Length; i++)
        {
            *(ushort*)(code + (i * 8)) = program[i].Code;
            code[(i * 8) + 2] = program[i].IfTrue;
            code[(i * 8) + 3] = program[i].IfFalse;
            *(uint*)(code + (i * 8) + 4) = program[i].Operand;
        }

        nint* description = stackalloc nint[2] { program.Length, (nint)code };
        if (Control(NoNewPrivileges, 1, 0, 0, 0) != 0 || SystemCall(Seccomp, 1, ForAllThreads, (nint)description) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third);
}
