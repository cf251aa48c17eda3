using System.Runtime.CompilerServices;
using System.Text;

namespace Rlm.Embedded.Providers;

/// <summary>
/// Reads server-sent events as servers write them, not only as the specification has them: a BOM, any line end, events that no empty
/// line parts, JSON lines without <c>data:</c>, bytes that are not UTF-8 (which become U+FFFD), no empty line at the end. An event that
/// the end of the stream cuts is left out.
/// </summary>
internal sealed class ServerEvents
{
    private readonly StringBuilder _line = new();
    private readonly StringBuilder _data = new();
    private readonly Queue<ServerEvent> _ready = new();
    private string? _name;
    private bool _hasData;
    private bool _afterReturn;

    /// <summary>The events of a stream, each as soon as it is whole.</summary>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var events = new ServerEvents();
        Decoder decoder = Encoding.UTF8.GetDecoder();
        byte[] bytes = new byte[16 * 1024];
        char[] chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        int read;
        do
        {
            read = await stream.ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
            events.Add(chars.AsSpan(0, decoder.GetChars(bytes, 0, read, chars, 0, flush: read == 0)));
            if (read == 0)
            {
                events.End();
            }

            while (events._ready.TryDequeue(out ServerEvent next))
            {
                yield return next;
            }
        }
        while (read > 0);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (_afterReturn && text[0] == '\n')
            {
                text = text[1..];
            }

            _afterReturn = false;
            int end = text.IndexOfAny('\r', '\n');
            if (end < 0)
            {
                _line.Append(text);
                return;
            }

            _line.Append(text[..end]);
            _afterReturn = text[end] == '\r';
            text = text[(end + 1)..];
            EndLine();
        }
    }

    private void End()
    {
        EndLine();
        if (_hasData && (_name is "error" || IsWhole()))
        {
            EndEvent();
        }
    }

    private void EndLine()
    {
        string line = _line.ToString().TrimStart('\uFEFF');
        _line.Clear();
        if (line.Length == 0)
        {
            EndEvent();
        }
        else if (line[0] is '{' or '[')
        {
            AddData(line);
        }
        else
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string value = colon < 0 ? "" : line.AsSpan(colon + 1) is [' ', ..] ? line[(colon + 2)..] : line[(colon + 1)..];
            AddField(colon < 0 ? line : line[..colon], value);
        }
    }

    private void AddField(string field, string value)
    {
        switch (field)
        {
            case "data":
                AddData(value);
                break;
            case "event":
                EndEventIfWhole();
                _name = value.Trim();
                break;
        }
    }

    private void AddData(string value)
    {
        EndEventIfWhole();
        if (_hasData)
        {
            _data.Append('\n');
        }

        _data.Append(value);
        _hasData = true;
    }

    /// <summary>Where no empty line parts events, the next one begins when the last is whole.</summary>
    private void EndEventIfWhole()
    {
        if (_hasData && IsWhole())
        {
            EndEvent();
        }
    }

    private void EndEvent()
    {
        if (_hasData)
        {
            _ready.Enqueue(new ServerEvent(_name, _data.ToString()));
        }

        _data.Clear();
        _hasData = false;
        _name = null;
    }

    private bool IsWhole()
    {
        string data = _data.ToString();
        return new ServerEvent(_name, data).IsDone || LooseJson.TryParse(data, out _);
    }
}
