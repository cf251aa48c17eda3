using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Rlm.Embedded.Cli.Frame;

/// <summary>Where the tool reads and writes: UTF-8 whatever the locale says. Results go to <see cref="Out"/>, all else to <see cref="Error"/>.</summary>
internal sealed class Terminal
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private const int UsualWidth = 80;
    private const int LeastWidth = 20;

    private readonly int? _width;
    private TextWriter? _out;

    /// <summary>The process's own stdout and stderr.</summary>
    public Terminal()
        : this(StandardStream.Open(1), StandardStream.Open(2))
    {
        OutIsTerminal = !Console.IsOutputRedirected;
        ErrorIsTerminal = !Console.IsErrorRedirected;
    }

    /// <summary>Two streams that are no terminals.</summary>
    public Terminal(Stream output, Stream error, int? width = null)
    {
        _width = width;
        OutStream = output;
        Error = TextWriter.Synchronized(new StreamWriter(new QuietStream(error), s_utf8) { AutoFlush = true, NewLine = "\n" });
    }

    /// <summary>stdout, unbuffered bytes.</summary>
    public Stream OutStream { get; }

    /// <summary>stdout as text, flushed at each write.</summary>
    public TextWriter Out => _out ??= new StreamWriter(OutStream, s_utf8) { AutoFlush = true, NewLine = "\n" };

    /// <summary>stderr as text, flushed at each write. Never throws: who closed stderr does not want to hear.</summary>
    public TextWriter Error { get; }

    public bool OutIsTerminal { get; }

    public bool ErrorIsTerminal { get; }

    /// <summary>Columns to write in: COLUMNS where it is set, else those of the terminal, else 80.</summary>
    public int Width => _width
        ?? (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns >= LeastWidth ? columns
        : OutIsTerminal ? Math.Max(TerminalSize.Columns(1) ?? UsualWidth, LeastWidth)
        : UsualWidth);

    /// <summary>True when a line on stderr can be written over: a terminal that moves its cursor.</summary>
    public bool ErrorCanRewrite => ErrorIsTerminal && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    public static bool InIsTerminal => !Console.IsInputRedirected;

    /// <summary>True when stderr shows colours: a terminal, and NO_COLOR and TERM do not object.</summary>
    public bool ErrorHasColor => ErrorIsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 }
        && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>stdin as bytes; empty when it was closed from the start.</summary>
    public static Stream OpenIn() => !StandardStream.IsGiven(0) ? Stream.Null

        // The runtime's own stream would edit and echo the lines of a terminal itself, beside the terminal.
        : InIsTerminal && !OperatingSystem.IsWindows() ? new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0)
        : Console.OpenStandardInput();

    /// <summary>A message of the tool itself, in the tool's words. What of it somebody else wrote moves no cursor.</summary>
    public void Say(string message) => Error.WriteLine($"rlm: {Clean(ToolWords.Of(message))}");

    /// <summary>Text from a model or a cell, safe to show on a terminal: its control characters become visible.</summary>
    public static string Clean(string text)
    {
        return text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0 && text.AsSpan().IndexOfAnyInRange('\u007F', '\u009F') < 0
            ? text
            : string.Create(text.Length, text, static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    char c = source[i];
                    span[i] = c switch
                    {
                        '\n' or '\t' => c,
                        < ' ' => (char)('\u2400' + c),
                        >= '\u007F' and <= '\u009F' => '\uFFFD',
                        _ => c,
                    };
                }
            });
    }

    private sealed class QuietStream(Stream inner) : Stream
    {
        private Stream _inner = inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                _inner.Write(buffer);
            }
            catch (IOException)
            {
                _inner = Null;
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
