using System.Text;
using System.Text.Json.Nodes;

namespace Rlm.Embedded.Providers;

/// <summary>Events as the bytes of a stream, each as soon as it is there.</summary>
/// <param name="events">The events; each has its <c>type</c>.</param>
/// <param name="timeout">The longest wait for the next.</param>
internal sealed class EventWriter(IAsyncEnumerable<JsonObject> events, TimeSpan timeout) : Stream
{
    private readonly CancellationTokenSource _end = new();
    private IAsyncEnumerator<JsonObject>? _events;
    private ReadOnlyMemory<byte> _left;
    private bool _isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _events ??= events.GetAsyncEnumerator(_end.Token);
        using CancellationTokenRegistration registration = cancellationToken.Register(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        while (_left.IsEmpty)
        {
            _end.CancelAfter(timeout);
            if (!await _events.MoveNextAsync().ConfigureAwait(false))
            {
                return 0;
            }

            JsonObject item = _events.Current;
            _left = Encoding.UTF8.GetBytes($"event: {item["type"]}\ndata: {item.ToJsonString()}\n\n");
        }

        _end.CancelAfter(Timeout.InfiniteTimeSpan);
        int count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
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
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _end.Cancel();
            _end.Dispose();
        }

        base.Dispose(disposing);
    }
}
