using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Rlm.Embedded.Cli.Repl.Editing;

/// <summary>The terminal of stdin, byte by byte and without echo while a cell is written; as it was before while one runs. Linux only.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class RawTerminal : IDisposable
{
    private const int Input = 0;
    private const int Shown = 2;
    private const short Readable = 1;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int StopSignal = 20;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    // Of struct termios.
    private const uint BreakInterrupts = 0x2;
    private const uint StripBit = 0x20;
    private const uint NewLineToReturn = 0x40;
    private const uint IgnoreReturn = 0x80;
    private const uint ReturnToNewLine = 0x100;
    private const uint FlowControl = 0x400;
    private const uint Signals = 0x1;
    private const uint Lines = 0x2;
    private const uint Echo = 0x8;
    private const uint Extended = 0x8000;
    private const int ReadTimeout = 5;
    private const int ReadAtLeast = 6;

    private readonly int[] _wake = new int[2];
    private readonly Settings _before;
    private readonly PosixSignalRegistration _resized;

    private RawTerminal(Settings before)
    {
        _before = before;
        fixed (int* wake = _wake)
        {
            _ = Pipe(wake, CloseOnExec | NonBlocking);
        }

        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Wake());
    }

    /// <summary>Columns and rows of the screen; 80 by 24 where the terminal does not tell.</summary>
    public static (int Columns, int Rows) Size => (Frame.TerminalSize.Columns(Shown) ?? 80, Frame.TerminalSize.Rows(Shown) ?? 24);

    /// <summary>Opens the terminal; null where stdin is none.</summary>
    public static RawTerminal? Open()
    {
        Settings before;
        return GetAttributes(Input, &before) == 0 ? new RawTerminal(before) : null;
    }

    /// <summary>Every key comes as it is pressed, Ctrl+C too.</summary>
    public void Begin()
    {
        Settings raw = _before;
        raw.InputFlags &= ~(BreakInterrupts | StripBit | NewLineToReturn | IgnoreReturn | ReturnToNewLine | FlowControl);
        raw.LocalFlags &= ~(Signals | Lines | Echo | Extended);
        raw.Characters[ReadAtLeast] = 1;
        raw.Characters[ReadTimeout] = 0;
        _ = SetAttributes(Input, 0, &raw);
    }

    /// <summary>The terminal as it was before.</summary>
    public void End()
    {
        fixed (Settings* before = &_before)
        {
            _ = SetAttributes(Input, 0, before);
        }
    }

    /// <summary>Ends a <see cref="Read"/> that waits. Any thread.</summary>
    public void Wake()
    {
        byte one = 1;
        _ = Write(_wake[1], &one, 1);
    }

    /// <summary>Reads what was typed.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="wait">How long to wait at most, in ms; -1 for ever.</param>
    /// <returns>Bytes; 0 when none came in time or it was woken; -1 when the terminal is gone.</returns>
    public int Read(Span<byte> buffer, int wait)
    {
        Poll* polled = stackalloc Poll[2];
        polled[0] = new Poll { Descriptor = Input, Events = Readable };
        polled[1] = new Poll { Descriptor = _wake[0], Events = Readable };
        int ready = WaitFor(polled, 2, wait);
        if (ready <= 0)
        {
            return ready == 0 || Marshal.GetLastPInvokeError() == Interrupted ? 0 : -1;
        }

        if (polled[1].Returned != 0)
        {
            byte* drained = stackalloc byte[64];
            _ = ReadNative(_wake[0], drained, 64);
            return 0;
        }

        fixed (byte* data = buffer)
        {
            nint read = ReadNative(Input, data, (nuint)buffer.Length);
            return read > 0 ? (int)read : read < 0 && Marshal.GetLastPInvokeError() is Interrupted or TryAgain ? 0 : -1;
        }
    }

    /// <summary>What Ctrl+Z does; returns when the shell lets the program go on.</summary>
    public void Suspend()
    {
        End();
        _ = Kill(Environment.ProcessId, StopSignal);
        Begin();
    }

    public void Dispose()
    {
        End();
        _resized.Dispose();
        _ = Close(_wake[0]);
        _ = Close(_wake[1]);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, Settings* settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, Settings* settings);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int WaitFor(Poll* polled, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadNative(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    private static partial int Pipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>struct termios.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Settings
    {
        public uint InputFlags;
        public uint OutputFlags;
        public uint ControlFlags;
        public uint LocalFlags;
        public byte Line;
        public fixed byte Characters[32];
    }

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned { get; private set; }
    }
}
