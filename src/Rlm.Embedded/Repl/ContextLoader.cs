using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Repl;

/// <summary>Makes the Python value of a context. Needs the GIL.</summary>
internal static unsafe class ContextLoader
{
    private const int KeysKept = 100;
    private const int NamesNoted = 5;

    /// <summary>A new reference to the value, and what it is.</summary>
    /// <exception cref="RlmContextException">A file cannot be read, or a text is not JSON.</exception>
    public static PyObject* Load(RlmContext context, out ContextInfo info)
    {
        switch (context)
        {
            case RlmContext.Text text:
                return Described(PythonError.Check(PyText.ToPython(text.Value)), null, out info);
            case RlmContext.TextFile file:
                PyObject* value = FileText.Load(file.Path, out string? note);
                return Described(value, note, out info);
            case RlmContext.TextBytes bytes:
                PyObject* decoded = FileText.Load(bytes.Value, bytes.Name, out string? odd);
                return Described(decoded, odd, out info);
            case RlmContext.TextList list:
                return LoadList(list.Values, out info);
            case RlmContext.Json json:
                return LoadJson(json.Value, out info);
            case RlmContext.Conversation conversation:
                return LoadConversation(conversation.Messages, out info);
            case RlmContext.TextFiles files:
                return LoadFiles(Outside.Do(() => NamedFiles.Of(files)), out info);
            case RlmContext.TextDirectory directory:
                return LoadFiles(Outside.Do(() => NamedFiles.Of(directory)), out info);
            default:
                throw new RlmContextException($"A context of the kind {context.GetType().Name} cannot be loaded.");
        }
    }

    private static PyObject* Described(PyObject* text, string? note, out ContextInfo info)
    {
        long length = PyUnicode_GetLength(text);
        LineScanner lines = default;
        lines.Add(text);
        info = new ContextInfo("str", length, [length], note) { Lines = lines.Lines };
        return text;
    }

    private static PyObject* LoadList(IReadOnlyList<string> texts, out ContextInfo info)
    {
        using Owned list = new(PythonError.Check(PyList_New(texts.Count)));
        long[] lengths = new long[texts.Count];
        LineScanner lines = default;
        for (int i = 0; i < lengths.Length; i++)
        {
            PyObject* text = PythonError.Check(PyText.ToPython(texts[i]));
            lengths[i] = PyUnicode_GetLength(text);
            lines.Add(text);
            PythonError.Check(PyList_SetItem(list.Pointer, i, text));
        }

        info = new ContextInfo("list", lengths.Sum(), lengths) { Lines = lines.Lines };
        return Kept(list.Pointer);
    }

    private static PyObject* LoadConversation(IReadOnlyList<RlmContext.Message> messages, out ContextInfo info)
    {
        using Owned role = new(PythonError.Check(PyText.ToPython("role")));
        using Owned content = new(PythonError.Check(PyText.ToPython("content")));
        using Owned list = new(PythonError.Check(PyList_New(messages.Count)));
        long[] lengths = new long[messages.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            using Owned message = new(PythonError.Check(PyDict_New()));
            using Owned speaker = new(PythonError.Check(PyText.ToPython(messages[i].Role)));
            using Owned text = new(PythonError.Check(PyText.ToPython(messages[i].Content)));
            lengths[i] = PyUnicode_GetLength(text.Pointer);
            PythonError.Check(PyDict_SetItem(message.Pointer, role.Pointer, speaker.Pointer));
            PythonError.Check(PyDict_SetItem(message.Pointer, content.Pointer, text.Pointer));
            PythonError.Check(PyList_SetItem(list.Pointer, i, Kept(message.Pointer)));
        }

        info = new ContextInfo("list", lengths.Sum(), lengths) { Elements = "dict", Shapes = ["dict with the keys 'role' (str), 'content' (str)"] };
        return Kept(list.Pointer);
    }

    private static PyObject* LoadFiles(NamedFiles files, out ContextInfo info)
    {
        using Owned dict = new(PythonError.Check(PyDict_New()));
        List<long> lengths = [];
        List<string> names = [];
        List<string> binary = [];
        List<string> invalid = [];
        LineScanner lines = default;
        foreach ((string name, string path) in files.Files)
        {
            string? note = null;
            (bool isEmpty, bool isBinary) = files.SkipsBinary ? Outside.Do(() => Look(path)) : default;
            if (isBinary)
            {
                binary.Add(name);
                continue;
            }

            using Owned key = new(PythonError.Check(PyText.ToPython(name)));
            using Owned text = new(isEmpty ? PythonError.Check(PyText.ToPython("")) : FileText.Load(path, out note));
            PythonError.Check(PyDict_SetItem(dict.Pointer, key.Pointer, text.Pointer));
            lengths.Add(PyUnicode_GetLength(text.Pointer));
            lines.Add(text.Pointer);
            names.Add(name);
            if (note is not null && lengths[^1] > 0)
            {
                invalid.Add(name);
            }
        }

        info = new ContextInfo("dict", lengths.Sum(), lengths, Note(binary, invalid)) { Keys = names.Count > KeysKept ? names[..KeysKept] : names, Lines = lines.Lines };
        return Kept(dict.Pointer);
    }

    private static (bool IsEmpty, bool IsBinary) Look(string path)
    {
        Blocking.MayWait();
        return new FileInfo(path) is { Exists: true, Length: 0 } ? (true, false) : (false, FileText.LooksBinary(path));
    }

    private static string? Note(List<string> binary, List<string> invalid)
    {
        string skipped = binary.Count == 0 ? "" : $"skipped as binary: {Listed(binary)}";
        string replaced = invalid.Count == 0 ? "" : $"not valid UTF-8, so that invalid bytes became U+FFFD: {Listed(invalid)}";
        return (skipped, replaced) switch
        {
            ("", "") => null,
            ("", _) => replaced,
            (_, "") => skipped,
            _ => $"{skipped}; {replaced}",
        };
    }

    private static string Listed(List<string> names) =>
        string.Join(", ", names.Take(NamesNoted).Select(name => $"'{name}'")) + (names.Count > NamesNoted ? $" and {names.Count - NamesNoted:N0} more" : "");

    private static PyObject* LoadJson(string json, out ContextInfo info)
    {
        ReplPrelude prelude = ReplPrelude.Current;

        // A collection for each few hundred new containers finds nothing to give back.
        using GcPause pause = new();
        using Owned text = new(PythonError.Check(PyText.ToPython(json)));
        using Owned value = new(PythonCall.Invoke(prelude.ParseJson, text.Pointer));
        using Owned facts = new(value.IsNull ? null : PythonCall.Invoke(prelude.Measure, value.Pointer));
        if (facts.IsNull)
        {
            PythonException error = PythonError.TakeAsException();
            throw new RlmContextException(
                error.PythonType == "RecursionError" ? "The JSON context nests too deep for Python's json module. Give a flatter one." : $"The context is not JSON that can be read: {error.Message}", error);
        }

        var read = (List<object?>)PyValues.ToManaged(facts.Pointer)!;
        long[] lengths = [.. ((List<object?>)read[3]!).Select(length => (long)length!)];
        info = new ContextInfo((string)read[0]!, lengths.Sum(), lengths)
        {
            Elements = (string)read[1]!,
            Keys = [.. ((List<object?>)read[2]!).Take(KeysKept).Select(key => (string)key!)],
            Shapes = [.. ((List<object?>)read[4]!).Select(shape => (string)shape!)],
            Lines = LinesOf(value.Pointer),
        };
        return Kept(value.Pointer);
    }

    /// <summary>The lines of a JSON value that is a text or has texts alone.</summary>
    private static TextLines? LinesOf(PyObject* value)
    {
        LineScanner lines = default;
        bool any = false;
        bool all = true;
        if (value->Type == PyList_Type)
        {
            for (nint i = 0; i < PyList_Size(value); i++)
            {
                Add(PyList_GetItem(value, i));
            }
        }
        else if (value->Type == PyDict_Type)
        {
            nint position = 0;
            PyObject* key, part;
            while (PyDict_Next(value, &position, &key, &part) != 0)
            {
                Add(part);
            }
        }
        else
        {
            Add(value);
        }

        return any && all ? lines.Lines : null;

        void Add(PyObject* part)
        {
            if (part->Type == PyUnicode_Type)
            {
                lines.Add(part);
                any = true;
            }
            else
            {
                all = false;
            }
        }
    }

    // A using variable cannot be released in place.
    private static PyObject* Kept(PyObject* value)
    {
        Py_IncRef(value);
        return value;
    }
}
