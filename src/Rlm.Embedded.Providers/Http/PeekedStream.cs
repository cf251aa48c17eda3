namespace Rlm.Embedded.Providers;

/// <summary>A stream whose beginning can be looked at before it is read.</summary>
internal sealed class PeekedStream(Stream inner) : Stream
{
    private byte[] _peeked = [];
    private int _given;

    /// <summary>What has been looked at.</summary>
    public ReadOnlySpan<byte> Peeked => _peeked;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Looks at the next bytes.</summary>
    /// <returns>How many there were; 0 at the end.</returns>
    public async ValueTask<int> PeekAsync(CancellationToken cancellationToken)
    {
        byte[] next = new byte[4096];
        int read = await inner.ReadAsync(next, cancellationToken).ConfigureAwait(false);
        _peeked = [.. _peeked, .. next.AsSpan(0, read)];
        return read;
    }

    public async ValueTask<byte[]> ReadToEndAsync(CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        await CopyToAsync(whole, cancellationToken).ConfigureAwait(false);
        return whole.ToArray();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_given == _peeked.Length)
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        int count = Math.Min(buffer.Length, _peeked.Length - _given);
        _peeked.AsMemory(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
