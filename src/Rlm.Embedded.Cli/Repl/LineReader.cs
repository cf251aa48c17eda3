namespace Rlm.Embedded.Cli.Repl;

/// <summary>
/// Lines of bytes from a stream. A line longer than the limit is read over, not kept. Not thread-safe;
/// what <see cref="Line"/> shows is valid until the next read.
/// </summary>
internal sealed class LineReader(Stream stream, int limit)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private int _lineStart;
    private int _lineLength;

    /// <summary>The line read last, without its line feed.</summary>
    public ReadOnlyMemory<byte> Line => _buffer.AsMemory(_lineStart, _lineLength);

    /// <summary>True when the line read last was over the limit: <see cref="Line"/> is then empty.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads a line; false at the end of the stream.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        int seen = 0;
        IsTooLong = false;
        while (true)
        {
            int feed = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                Take(seen + feed, 1);
                return true;
            }

            seen = _end - _start;
            if (seen > limit)
            {
                // The buffer is used again for the rest of the line.
                IsTooLong = true;
                _start = _end = seen = 0;
            }

            if (_ended)
            {
                if (seen == 0 && !IsTooLong)
                {
                    return false;
                }

                Take(seen, 0);
                return true;
            }

            MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(cancellationToken);
            _ended = read == 0;
            _end += read;
        }
    }

    private void Take(int length, int feed)
    {
        _lineStart = _start;
        _lineLength = IsTooLong || length > limit ? 0 : length;
        IsTooLong |= length > limit;
        _start += length + feed;
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        else
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
