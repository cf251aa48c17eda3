namespace Rlm.Embedded.Sandbox.Linux;

/// <summary>The classic-BPF program that the kernel runs on every system call of a confined thread (seccomp(2)).</summary>
internal static class SeccompFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreaterOrEqual = 0x35;
    private const ushort JumpIfAnySet = 0x45;
    private const ushort Return = 0x06;
    private const uint Allow = 0x7FFF_0000;
    private const uint Refuse = 0x0005_0000 | 1; // EPERM
    private const uint Unknown = 0x0005_0000 | 38; // ENOSYS: libc falls back to clone, whose flags can be seen
    private const uint ThreadFlag = 0x0001_0000; // CLONE_THREAD
    private const uint ForeignNumbers = 0x4000_0000; // the x32 interface

    // .NET's own (SIGRTMIN, for GC suspension) and the engine's interrupt.
    private const uint RuntimeSignal = 34;
    private const uint InterruptSignal = 23;

    /// <summary>One instruction (struct sock_filter).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly record struct Instruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand);

    /// <summary>The program for this processor and process.</summary>
    /// <param name="calls">Numbers of this processor.</param>
    /// <param name="processId">This process.</param>
    /// <param name="imports">Whether it is for the thread that imports.</param>
    public static Instruction[] Build(SystemCalls calls, int processId, bool imports)
    {
        List<Instruction> program =
        [
            new(LoadWord, 0, 0, 4),
            new(JumpIfEqual, 1, 0, calls.Architecture),
            new(Return, 0, 0, Refuse),
            new(LoadWord, 0, 0, 0),
            new(JumpIfGreaterOrEqual, 0, 1, ForeignNumbers),
            new(Return, 0, 0, Refuse),
            new(JumpIfEqual, 0, 1, SystemCalls.Clone3),
            new(Return, 0, 0, Unknown),

            // clone: only of a thread.
            new(JumpIfEqual, 0, 4, (uint)calls.Clone),
            new(LoadWord, 0, 0, 16),
            new(JumpIfAnySet, 0, 1, ThreadFlag),
            new(Return, 0, 0, Allow),
            new(Return, 0, 0, Refuse),

            // tgkill: only the runtime's signals, within this process.
            new(JumpIfEqual, 0, 7, (uint)calls.Tgkill),
            new(LoadWord, 0, 0, 16),
            new(JumpIfEqual, 0, 4, (uint)processId),
            new(LoadWord, 0, 0, 32),
            new(JumpIfEqual, 1, 0, RuntimeSignal),
            new(JumpIfEqual, 0, 1, InterruptSignal),
            new(Return, 0, 0, Allow),
            new(Return, 0, 0, Refuse),

            // read, write: of one byte.
            new(JumpIfEqual, 1, 0, (uint)calls.OneByte.Read),
            new(JumpIfEqual, 0, 6, (uint)calls.OneByte.Write),
            new(LoadWord, 0, 0, 36),
            new(JumpIfEqual, 0, 3, 0),
            new(LoadWord, 0, 0, 32),
            new(JumpIfEqual, 0, 1, 1),
            new(Return, 0, 0, Allow),
            new(Return, 0, 0, Refuse),
        ];
        foreach (int call in (int[])[.. calls.Allowed, .. imports ? [calls.Uname] : Array.Empty<int>()])
        {
            program.Add(new Instruction(JumpIfEqual, 0, 1, (uint)call));
            program.Add(new Instruction(Return, 0, 0, Allow));
        }

        program.Add(new Instruction(Return, 0, 0, Refuse));
        return [.. program];
    }
}
