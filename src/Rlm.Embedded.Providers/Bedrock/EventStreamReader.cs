using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Amazon.Runtime.EventStreams;

namespace Rlm.Embedded.Providers;

/// <summary>Cuts an AWS event stream (<c>application/vnd.amazon.eventstream</c>) into messages. Checksums are verified by AWSSDK.Core.</summary>
internal static class EventStreamReader
{
    private const int LengthBytes = 4;

    /// <summary>Prelude and closing checksum; a message is never shorter.</summary>
    private const int SmallestMessage = 16;

    /// <summary>More than the service ever sends: what is longer is not an event stream.</summary>
    private const int LargestMessage = 24 * 1024 * 1024;

    public static async IAsyncEnumerable<EventStreamMessage> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] length = new byte[LengthBytes];
        while (true)
        {
            int read = await stream.ReadAtLeastAsync(length, LengthBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                yield break;
            }

            uint size = BinaryPrimitives.ReadUInt32BigEndian(length);
            if (read < LengthBytes || size is < SmallestMessage or > LargestMessage)
            {
                throw new InvalidDataException("the answer is not an AWS event stream");
            }

            byte[] message = new byte[size];
            length.CopyTo(message, 0);
            await stream.ReadExactlyAsync(message.AsMemory(LengthBytes), cancellationToken).ConfigureAwait(false);
            yield return Decode(message);
        }
    }

    private static EventStreamMessage Decode(byte[] message)
    {
        try
        {
            return EventStreamMessage.FromBuffer(message, 0, message.Length);
        }
        catch (Exception exception)
        {
            throw new InvalidDataException("a message of the event stream is damaged", exception);
        }
    }
}
