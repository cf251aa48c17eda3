using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Answers calls from a recorded cassette, with no network. Strict: each recorded call is given out once, the same request in the
/// order it was first made, and any other request is a <see cref="CassetteMismatchException"/>. Thread-safe.
/// </summary>
public sealed class CassettePlayer
{
    private readonly Lock _lock = new();
    private readonly string _path;
    private CassetteMismatchException? _mismatch;
    private readonly List<CassetteEntry> _entries;
    private readonly Dictionary<string, Queue<CassetteEntry>> _waiting;

    /// <summary>Reads a cassette.</summary>
    /// <param name="path">A file written by <see cref="CassetteRecorder"/>.</param>
    /// <exception cref="RlmException">The file cannot be read or is not a cassette.</exception>
    public CassettePlayer(string path)
    {
        _path = path;
        try
        {
            _entries = Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new RlmException($"The cassette {path} cannot be replayed: {exception.Message.TrimEnd('.')}. Record it again.", exception);
        }

        _waiting = _entries.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => new Queue<CassetteEntry>(g.OrderBy(e => e.Begun)));
    }

    /// <summary>How many recorded calls have not been asked for.</summary>
    public int Remaining
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Values.Sum(q => q.Count);
            }
        }
    }

    /// <summary>
    /// The first request that was not recorded, or null. A run does not always end at one: code is told of a failed sub-call and goes
    /// on. Who wants an exact replay looks here when it is over.
    /// </summary>
    public CassetteMismatchException? Mismatch => _mismatch;

    /// <summary>The models the cassette holds calls to, in the order they were first called.</summary>
    public IReadOnlyList<string> Models => [.. _entries.OrderBy(e => e.Begun).Select(e => (string?)e.Request["model"]).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>A client that answers as the recorded model did.</summary>
    /// <param name="name">The model as it was named when it was recorded.</param>
    /// <returns>A client.</returns>
    public IChatClient Replay(string name) => new ReplayingChatClient(this, name);

    private static List<CassetteEntry> Read(string path)
    {
        var entries = new List<CassetteEntry>();
        var known = new Dictionary<int, JsonObject>();
        foreach ((int index, string text) in File.ReadLines(path).Index())
        {
            if (!string.IsNullOrWhiteSpace(text))
            {
                CassetteEntry entry = CassetteEntry.Parse(text, index + 1, known);
                known[entry.Begun] = entry.Request;
                entries.Add(entry);
            }
        }

        return entries;
    }

    internal CassetteEntry Take(string model, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        JsonObject request = CallDescription.Of(model, messages, options);
        string key = CallDescription.Key(request);
        lock (_lock)
        {
            if (_waiting.TryGetValue(key, out Queue<CassetteEntry>? queue))
            {
                return queue.TryDequeue(out CassetteEntry? entry) ? entry : throw Unknown(
                    $"The cassette {_path} holds this call to {model} {_entries.Count(e => e.Key == key)} time(s), and it was asked for once more. "
                    + $"It is in line {_entries.First(e => e.Key == key).Line}.");
            }
        }

        throw Unknown(NearestCall.Describe(_path, model, request, _entries));
    }

    private CassetteMismatchException Unknown(string message)
    {
        var mismatch = new CassetteMismatchException(message);
        _ = Interlocked.CompareExchange(ref _mismatch, mismatch, null);
        return mismatch;
    }
}
