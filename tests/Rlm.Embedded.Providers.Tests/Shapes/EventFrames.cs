using System.Text;
using Amazon.Runtime.EventStreams;

namespace Rlm.Embedded.Providers.Tests;

/// <summary>Messages of an AWS event stream.</summary>
internal static class EventFrames
{
    /// <summary>An event, or with a type that begins with <c>!</c> an exception.</summary>
    public static byte[] Of(string type, string payload)
    {
        bool isException = type.StartsWith('!');
        return new EventStreamMessage(
            [
                Header(":message-type", isException ? "exception" : "event"),
                Header(isException ? ":exception-type" : ":event-type", type.TrimStart('!')),
                Header(":content-type", "application/json"),
            ],
            Encoding.UTF8.GetBytes(payload)).ToByteArray();
    }

    private static EventStreamHeader Header(string name, string value)
    {
        var header = new EventStreamHeader(name);
        header.SetString(value);
        return header;
    }
}
