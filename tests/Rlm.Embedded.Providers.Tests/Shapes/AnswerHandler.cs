using System.Net;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>A server without a network: answers every request with the same bytes, as many at once as it is told.</summary>
internal sealed class AnswerHandler(Answer answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var content = new StreamContent(new Pieces(answer.Body, answer.Piece));
        if (answer.Type is { } type)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (answer.Encoding is { } encoding)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
    }

    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            base.ReadAsync(buffer, offset, Math.Min(most, count), cancellationToken);
    }
}
