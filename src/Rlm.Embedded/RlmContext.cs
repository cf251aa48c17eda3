using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Rlm.Embedded;

/// <summary>
/// The long input that the model explores as the variable <c>context</c>. Immutable and thread-safe;
/// a context made from files reads them when a run starts.
/// </summary>
public abstract record RlmContext
{
    private RlmContext()
    {
    }

    /// <summary>A text. Every UTF-16 code unit arrives in Python as it is: CRLF, NUL, lone surrogates included.</summary>
    /// <param name="text">The text; not copied.</param>
    public static RlmContext FromText(string text) => new Text(text ?? throw new ArgumentNullException(nameof(text)));

    /// <summary>A list of texts: <c>context</c> is a Python list.</summary>
    /// <param name="texts">The texts, in order.</param>
    public static RlmContext FromTexts(IEnumerable<string> texts) => new TextList([.. texts]);

    /// <summary>A JSON text (RFC 8259): <c>context</c> is what Python's <c>json.loads</c> makes of it, with NaN and the infinities refused.</summary>
    /// <param name="json">The text. It is parsed when a run starts, which throws <see cref="RlmContextException"/> where it is not JSON.</param>
    public static RlmContext FromJson(string json) => new Json(json ?? throw new ArgumentNullException(nameof(json)));

    /// <summary>A JSON element: an object is a Python dict, an array a list, numbers are int or float.</summary>
    /// <param name="json">The element; its text is copied.</param>
    public static RlmContext FromJson(JsonElement json) => new Json(json.GetRawText());

    /// <summary>A conversation: <c>context</c> is a list of dicts with the keys <c>role</c> and <c>content</c>. Content that is not text is left out.</summary>
    /// <param name="messages">The messages, in order; their texts are taken now.</param>
    public static RlmContext FromMessages(IEnumerable<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return new Conversation([.. messages.Select(message => new Message(message.Role.Value, message.Text))]);
    }

    /// <summary>
    /// A file of UTF-8 text, or of UTF-16 or UTF-32 with a byte order mark. No mark becomes part of the text. Invalid bytes become U+FFFD. A pipe (<c>/dev/stdin</c>) is read to its
    /// end and can be read once. A PDF, an archive, an image is refused when the run starts.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RlmContextException">There is no such file, or it is a directory or not readable.</exception>
    public static RlmContext FromFile(string path) => TextFile.Check(path);

    /// <summary>
    /// The bytes of a text file that is held in memory, such as an upload or what came through a pipe: read as <see cref="FromFile"/> reads a file.
    /// A PDF, an archive, an image is refused when the run starts.
    /// </summary>
    /// <param name="bytes">The bytes; not copied, so they must not change.</param>
    /// <param name="name">What messages call them, for example <c>stdin</c>.</param>
    public static RlmContext FromBytes(ReadOnlyMemory<byte> bytes, string name = "the text")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new TextBytes(bytes, name);
    }

    /// <summary>
    /// Files of UTF-8 text: <c>context</c> is a dict from name to text, in the order given. Names are paths below the folder that all
    /// files share, with <c>/</c> between folders. Invalid bytes become U+FFFD.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <exception cref="RlmContextException">There are none, one is not there or is a directory, or one is named twice.</exception>
    public static RlmContext FromFiles(IEnumerable<string> paths) => TextFiles.Check(paths);

    /// <summary>
    /// The text files of a folder and the folders below it: <c>context</c> is a dict from name to text, sorted by name (by code unit).
    /// Names are paths below the folder, with <c>/</c> between folders. Text is UTF-8; invalid bytes become U+FFFD.
    /// </summary>
    /// <remarks>
    /// Skipped: names that begin with a dot, with all that is below them; links; PDFs, archives and images, and files with a NUL in their first
    /// 8,192 bytes and no byte order mark, which
    /// <see cref="Repl.ContextInfo.Note"/> names. A folder or file that cannot be read is an error, not a gap.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="searchPattern">Which file names are taken; <c>*</c> and <c>?</c> stand for any characters and any one. Default: all.</param>
    /// <exception cref="RlmContextException">There is no such folder.</exception>
    public static RlmContext FromDirectory(string path, string searchPattern = "*") => TextDirectory.Check(path, searchPattern);

    /// <summary>A text held in memory.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Text(string Value) : RlmContext;

    /// <summary>Several texts held in memory.</summary>
    /// <param name="Values">The texts.</param>
    public sealed record TextList(IReadOnlyList<string> Values) : RlmContext;

    /// <summary>A JSON text held in memory.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Json(string Value) : RlmContext;

    /// <summary>A conversation held in memory.</summary>
    /// <param name="Messages">The messages.</param>
    public sealed record Conversation(IReadOnlyList<Message> Messages) : RlmContext;

    /// <summary>One message of a <see cref="Conversation"/>.</summary>
    /// <param name="Role">Who speaks, for example <c>user</c>.</param>
    /// <param name="Content">The text.</param>
    public sealed record Message(string Role, string Content);

    /// <summary>A text in a file.</summary>
    /// <param name="Path">The file.</param>
    public sealed record TextFile(string Path) : RlmContext
    {
        internal static TextFile Check(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            if (Directory.Exists(path))
            {
                throw new RlmContextException($"'{path}' is a directory; name a text file, or use RlmContext.FromDirectory.");
            }

            return File.Exists(path)
                ? new TextFile(path)
                : throw new RlmContextException($"There is no file '{path}'. Check the path; it is taken from the directory '{Environment.CurrentDirectory}'.");
        }
    }

    /// <summary>A text as the bytes of a file.</summary>
    /// <param name="Value">The bytes.</param>
    /// <param name="Name">What messages call them.</param>
    public sealed record TextBytes(ReadOnlyMemory<byte> Value, string Name) : RlmContext;

    /// <summary>Texts in files.</summary>
    /// <param name="Paths">The files.</param>
    public sealed record TextFiles(IReadOnlyList<string> Paths) : RlmContext
    {
        internal static TextFiles Check(IEnumerable<string> paths)
        {
            ArgumentNullException.ThrowIfNull(paths);
            string[] full = [.. paths.Select(path => Path.GetFullPath(TextFile.Check(path).Path))];
            if (full.Length == 0)
            {
                throw new RlmContextException("There are no files to read. Name one or more.");
            }

            var twice = full.GroupBy(path => path, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
            return twice is null ? new TextFiles(full) : throw new RlmContextException($"The file '{twice.Key}' is named twice. Name it once.");
        }
    }

    /// <summary>The text files of a folder.</summary>
    /// <param name="Path">The folder.</param>
    /// <param name="SearchPattern">Which file names are taken.</param>
    public sealed record TextDirectory(string Path, string SearchPattern) : RlmContext
    {
        internal static TextDirectory Check(string path, string searchPattern)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            ArgumentException.ThrowIfNullOrEmpty(searchPattern);
            if (searchPattern.AsSpan().ContainsAny('/', '\\'))
            {
                throw new RlmContextException($"The pattern '{searchPattern}' holds a folder. A pattern is matched against file names alone; folders below are searched anyway.");
            }

            return Directory.Exists(path)
                ? new TextDirectory(path, searchPattern)
                : throw new RlmContextException($"There is no folder '{path}'. Check the path; it is taken from the directory '{Environment.CurrentDirectory}'.");
        }
    }
}
