using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.Tests;

/// <summary>A reader that has enough, such as <c>head -1</c>: nothing is said, and the exit code is that of a filter which SIGPIPE ended.</summary>
public sealed class QuietFilterTests
{
    [TestCase]
    [TestCase("help")]
    [TestCase("help", "ask")]
    [TestCase("--help")]
    [TestCase("--version")]
    [TestCase("models")]
    [TestCase("models", "--json")]
    public void Output_ReaderIsGone_EndsQuietly(params string[] line)
    {
        using MemoryStream error = new();

        int code = Tool.Run(line, new Terminal(new GoneReader(), error), new Interruption());

        code.ShouldBe(141);
        error.ToArray().ShouldBeEmpty();
    }

    // The reader closes its end before it lets the tool begin.
    [TestCase("models")]
    [TestCase("niah --lines 100 --json")]
    [TestCase("doctor")]
    [TestCase("ask --model offline --task 'What is the magic number?' --json")]
    public async Task Pipe_ReaderIsGone_EndsQuietly(string line)
    {
        using TemporaryFolder folder = new();
        string pipe = Path.Combine(folder.Path, "pipe");

        Outcome outcome = await ToolProcess.ShellAsync($"mkfifo {pipe}; {{ read gone < {pipe}; $RLM {line} < /dev/null; echo \"code $?\" >&2; }} | {{ exec <&-; echo gone > {pipe}; }}");

        outcome.Error.ShouldContain("code 141");
        outcome.Error.ShouldNotContain("could not be written");
    }

    private sealed class GoneReader : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new ClosedOutputException("Broken pipe") { IsReaderGone = true };

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
