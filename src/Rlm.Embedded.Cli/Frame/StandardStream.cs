using System.Runtime.InteropServices;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>
/// stdout or stderr as bytes, unbuffered. Unlike the runtime's own stream it tells when the reader is gone,
/// and unlike a FileStream it shares its position with other writers of the same file.
/// </summary>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const int TryAgain = 11;
    private const int TryAgainMac = 35;
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Whether the process was given this descriptor. A number that was closed is soon taken by a pipe of the runtime's own,
    /// which a descriptor inherited through exec differs from: it cannot be one to close on exec.
    /// </summary>
    public static bool IsGiven(int descriptor) =>
        OperatingSystem.IsWindows() || (FlagsNative(descriptor, GetDescriptorFlags) is var flags && flags >= 0 && (flags & CloseOnExec) == 0);

    /// <summary>Opens stdout (1) or stderr (2).</summary>
    public static Stream Open(int descriptor) =>
        OperatingSystem.IsWindows() ? descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError() : new StandardStream(descriptor);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsGiven(descriptor))
        {
            throw new ClosedOutputException("it was closed from the start");
        }

        while (!buffer.IsEmpty)
        {
            nint written = WriteNative(descriptor, in MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case TryAgain or TryAgainMac:
                    // Someone made the terminal or pipe non-blocking, which all its users share.
                    Thread.Sleep(1);
                    break;
                case var error:
                    throw new ClosedOutputException(Marshal.GetPInvokeErrorMessage(error)) { IsReaderGone = error == BrokenPipe };
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FlagsNative(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteNative(int descriptor, in byte buffer, nuint count);
}
