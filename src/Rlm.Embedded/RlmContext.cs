namespace Rlm.Embedded;

/// <summary>
/// The long input that the model explores as the variable <c>context</c>. Immutable and thread-safe;
/// a context made from a file reads the file when a session opens.
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

    /// <summary>A file of UTF-8 text. Invalid bytes become U+FFFD.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RlmContextException">There is no such file, or it is a directory or not readable.</exception>
    public static RlmContext FromFile(string path) => TextFile.Check(path);

    /// <summary>A text held in memory.</summary>
    /// <param name="Value">The text.</param>
    public sealed record Text(string Value) : RlmContext;

    /// <summary>Several texts held in memory.</summary>
    /// <param name="Values">The texts.</param>
    public sealed record TextList(IReadOnlyList<string> Values) : RlmContext;

    /// <summary>A text in a file.</summary>
    /// <param name="Path">The file.</param>
    public sealed record TextFile(string Path) : RlmContext
    {
        internal static TextFile Check(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            if (Directory.Exists(path))
            {
                throw new RlmContextException($"'{path}' is a directory; name a text file.");
            }

            return File.Exists(path)
                ? new TextFile(path)
                : throw new RlmContextException($"There is no file '{path}'. Check the path; it is taken from the directory '{Environment.CurrentDirectory}'.");
        }
    }
}
