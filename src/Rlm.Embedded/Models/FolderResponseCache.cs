using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded.Models;

/// <summary>
/// Answers kept in a folder, one JSON file each. Several processes may share it: a file appears whole or not at all, and one that
/// cannot be read counts as absent. Nothing is ever deleted. Thread-safe.
/// </summary>
public sealed class FolderResponseCache : IResponseCache
{
    private readonly string _folder;

    /// <summary>Makes a cache.</summary>
    /// <param name="folder">The folder; it is made when the first answer is kept.</param>
    public FolderResponseCache(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = folder;
    }

    /// <inheritdoc />
    public async ValueTask<ChatResponse?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            byte[] bytes = await File.ReadAllBytesAsync(FileOf(key), cancellationToken).ConfigureAwait(false);
            using JsonDocument document = JsonDocument.Parse(bytes);
            return CallJson.ReadResponse(document.RootElement);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public async ValueTask KeepAsync(string key, ChatResponse response, CancellationToken cancellationToken)
    {
        string file = FileOf(key);
        string draft = $"{file}.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            await File.WriteAllTextAsync(draft, CallJson.WriteResponse(response).GetRawText(), cancellationToken).ConfigureAwait(false);
            File.Move(draft, file, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Two characters of the hash make a folder, so that none grows too large.</summary>
    private string FileOf(string key) => Path.Combine(_folder, key[..2], $"{key}.json");
}
