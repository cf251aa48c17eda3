using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Writes every model call of a run to a JSONL file, one line a call as it ends, flushed at once. No keys are in it: requests are
/// recorded as the engine makes them, and whatever looks like a key is replaced. Thread-safe.
/// </summary>
public sealed class CassetteRecorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CassetteHistory _history = new();
    private readonly StreamWriter _writer;
    private int _begun;

    /// <summary>Opens a cassette. No other recorder can open it meanwhile.</summary>
    /// <param name="path">The file: a new one, or an empty one. A recording is paid for, so none is overwritten.</param>
    /// <exception cref="RlmException">The file holds something already, is written by another recorder, or cannot be written.</exception>
    public CassetteRecorder(string path)
    {
        try
        {
            _writer = new StreamWriter(Open(path)) { AutoFlush = true, NewLine = "\n" };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RlmException($"The cassette {path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>A client whose calls are recorded.</summary>
    /// <param name="innerClient">The model; disposed of with the client returned.</param>
    /// <param name="name">The model as its user names it; a replay must use the same name.</param>
    /// <returns>The client to use in its place.</returns>
    public IChatClient Record(IChatClient innerClient, string name) => new RecordingChatClient(innerClient, name, this);

    private static FileStream Open(string path)
    {
        // Locked while it is open: the second of two that begin at once is refused before its first call.
        FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        if (file.Length == 0)
        {
            return file;
        }

        file.Dispose();
        throw new IOException("it exists and holds something. A recording is paid for and is not overwritten: remove the file, or name another.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _writer.Dispose();
        }
    }

    /// <summary>Takes the next place in the order of beginning.</summary>
    internal int Begin() => Interlocked.Increment(ref _begun);

    internal void Write(int begun, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, ChatResponse? response, ModelCallException? failure)
    {
        var entry = new CassetteEntry(0, begun, CallDescription.Of(model, messages, options), response, failure);
        lock (_lock)
        {
            _writer.WriteLine(entry.ToJson(_history));
        }
    }
}
