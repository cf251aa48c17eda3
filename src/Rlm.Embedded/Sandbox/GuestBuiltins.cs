using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Builtins that look up names given as text, for restricted sessions. Written in C#, so that the frame that asks is the session's own
/// and the guarded attributes see it.
/// </summary>
internal static unsafe class GuestBuiltins
{
    private static nint s_library;
    private static PyObject* s_getAttribute;
    private static PyObject* s_vars;
    private static PyObject* s_dir;
    private static PyObject* s_globals;
    private static PyObject* s_locals;
    private static PyObject* s_callUntil;
    private static PyObject* s_format;
    private static PyObject* s_formatMap;

    public static readonly HostFunction GetAttribute = new("getattr", &OnGetAttribute, "getattr(object, name[, default]) -> value");
    public static readonly HostFunction HasAttribute = new("hasattr", &OnHasAttribute, "hasattr(obj, name, /)\n--\n\nTells whether the object has an attribute of that name.");
    public static readonly HostFunction SetAttribute = new("setattr", &OnSetAttribute, "setattr(obj, name, value, /)\n--\n\nSets an attribute.");
    public static readonly HostFunction DeleteAttribute = new("delattr", &OnDeleteAttribute, "delattr(obj, name, /)\n--\n\nDeletes an attribute.");
    public static readonly HostFunction Vars = new("vars", &OnVars, "vars([object]) -> dictionary");

    public static readonly HostFunction Directory = new("dir", &OnDirectory, "dir([object]) -> list of strings");
    public static readonly HostFunction Globals = new("globals", &OnGlobals, "globals()\n--\n\nThe dictionary of the current scope's global variables.");
    public static readonly HostFunction Locals = new("locals", &OnLocals, "locals()\n--\n\nA dictionary of the current scope's local variables.");

    public static readonly HostFunction Iterate = new("iter", &OnIterate, "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator");

    private static readonly HostFunction s_strFormat = new("format", &OnFormat, "S.format(*args, **kwargs) -> str");
    private static readonly HostFunction s_strFormatMap = new("format_map", &OnFormatMap, "S.format_map(mapping) -> str");

    /// <summary>Takes the real functions and guards <c>str.format</c>, which looks up attributes that its text names. Called once.</summary>
    /// <param name="library">libpython.</param>
    /// <param name="builtins">The dict of the real builtins.</param>
    /// <param name="strDict">The dict of <c>str</c> itself.</param>
    /// <param name="callUntil">What <c>iter(callable, sentinel)</c> is, in Python: a loop that can be stopped.</param>
    public static void Install(nint library, PyObject* builtins, PyObject* strDict, PyObject* callUntil)
    {
        s_library = library;
        s_getAttribute = Take(builtins, "getattr");
        s_vars = Take(builtins, "vars");
        s_dir = Take(builtins, "dir");
        s_globals = Take(builtins, "globals");
        s_locals = Take(builtins, "locals");
        s_callUntil = callUntil;
        s_format = Take(strDict, "format");
        s_formatMap = Take(strDict, "format_map");
        Put(strDict, "format", s_strFormat.Describe(PyUnicode_Type));
        Put(strDict, "format_map", s_strFormatMap.Describe(PyUnicode_Type));
        PyType_Modified(PyUnicode_Type);
    }

    /// <summary>True when a format string asks for an attribute that restricted code may not have: <c>{0.__class__}</c>.</summary>
    public static bool HasRefusedAttribute(ReadOnlySpan<char> format)
    {
        int open = format.IndexOf('{');
        if (open < 0)
        {
            return false;
        }

        // A name after a dot, anywhere behind the first brace: a text that merely looks like one is refused too.
        for (int i = open; i < format.Length; i++)
        {
            if (format[i] != '.')
            {
                continue;
            }

            int end = i + 1;
            while (end < format.Length && format[end] is not ('.' or '[' or '}' or ':' or '!' or '{'))
            {
                end++;
            }

            if (!NameRule.AllowsByText(format[(i + 1)..end].ToString(), NameUse.Read))
            {
                return true;
            }
        }

        return false;
    }

    private static PyObject* Take(PyObject* dict, string name)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PyObject* value = PyDict_GetItemWithError(dict, key.Pointer);
        Py_IncRef(value);
        return value;
    }

    private static void Put(PyObject* dict, string name, PyObject* value)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        using Owned owned = new(value);
        PythonError.Check(PyDict_SetItem(dict, key.Pointer, value));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnGetAttribute(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (count is < 2 or > 3 || names != null)
            {
                return Raise("TypeError", $"getattr expected 2 or 3 arguments, got {count}");
            }

            return MayUse(arguments[1], NameUse.Read) ? PythonCall.Invoke(s_getAttribute, arguments, count, null) : null;
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnHasAttribute(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (count != 2 || names != null)
            {
                return Raise("TypeError", $"hasattr expected 2 arguments, got {count}");
            }

            if (!PyText.Is(arguments[1]))
            {
                return Raise("TypeError", "attribute name must be string");
            }

            if (arguments[1]->Type != PyUnicode_Type || !NameRule.AllowsByText(PyText.ToManaged(arguments[1]), NameUse.Read))
            {
                return New(Py_False);
            }

            using Owned value = new(PyObject_GetAttr(arguments[0], arguments[1]));
            if (!value.IsNull)
            {
                return New(Py_True);
            }

            if (PyErr_ExceptionMatches(Exception(s_library, "AttributeError")) == 0)
            {
                return null;
            }

            PyErr_Clear();
            return New(Py_False);
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnSetAttribute(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (count != 3 || names != null)
            {
                return Raise("TypeError", $"setattr expected 3 arguments, got {count}");
            }

            return MayUse(arguments[1], NameUse.Write) && PyObject_SetAttr(arguments[0], arguments[1], arguments[2]) == 0 ? New(Py_None) : null;
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnDeleteAttribute(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (count != 2 || names != null)
            {
                return Raise("TypeError", $"delattr expected 2 arguments, got {count}");
            }

            return MayUse(arguments[1], NameUse.Write) && PyObject_SetAttr(arguments[0], arguments[1], null) == 0 ? New(Py_None) : null;
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnVars(PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (count == 1 && names == null && IsShared(arguments[0]) && !SandboxLayers.IsOff("guards"))
            {
                return Raise("TypeError", "vars() argument must be an object of this session's own classes");
            }

            return count == 0 ? OfScope("vars", s_vars, arguments, count, names) : PythonCall.Invoke(s_vars, arguments, count, names);
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnDirectory(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&Dir, self, arguments, count, names);

    private static PyObject* Dir(PyObject* self, PyObject** arguments, nint count, PyObject* names) =>
        count == 0 ? OfScope("dir", s_dir, arguments, count, names)
        : count == 1 && names == null ? GuardedAttributes.List(s_dir, arguments[0])
        : PythonCall.Invoke(s_dir, arguments, count, names);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnGlobals(PyObject* self, PyObject** arguments, nint count, PyObject* names) => OfScope("globals", s_globals, arguments, count, names);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnLocals(PyObject* self, PyObject** arguments, nint count, PyObject* names) => OfScope("locals", s_locals, arguments, count, names);

    /// <summary>The scope must be the session's: a function of the standard library that is given such a builtin to call would show its own.</summary>
    private static PyObject* OfScope(string name, PyObject* real, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            return GuardedAttributes.IsGuestRunning() || SandboxLayers.IsOff("guards")
                ? PythonCall.Invoke(real, arguments, count, names)
                : Raise("RuntimeError", $"{name}() is to be called by the session's own code");
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnIterate(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Callback.Run(&Iter, self, arguments, count, names);

    private static PyObject* Iter(PyObject* self, PyObject** arguments, nint count, PyObject* names) =>
        names != null || count is < 1 or > 2 ? Raise("TypeError", $"iter expected 1 or 2 arguments, got {count}")
        : count == 1 ? PyObject_GetIter(arguments[0])
        : PythonCall.Invoke(s_callUntil, arguments, 2, null);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFormat(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Format(s_format, self, arguments, count, names);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnFormatMap(PyObject* self, PyObject** arguments, nint count, PyObject* names) => Format(s_formatMap, self, arguments, count, names);

    private static PyObject* Format(PyObject* real, PyObject* self, PyObject** arguments, nint count, PyObject* names)
    {
        try
        {
            if (AuditHook.IsRestricted && HasRefusedAttribute(PyText.ToManaged(self)))
            {
                return Raise("AttributeError", "this format string asks for an attribute that is not available in this session");
            }

            nint all = count + (names == null ? 0 : PyTuple_Size(names));
            PyObject** moved = (PyObject**)NativeMemory.Alloc((nuint)all + 1, (nuint)sizeof(PyObject*));
            try
            {
                moved[0] = self;
                for (nint i = 0; i < all; i++)
                {
                    moved[i + 1] = arguments[i];
                }

                return PythonCall.Invoke(real, moved, count + 1, names);
            }
            finally
            {
                NativeMemory.Free(moved);
            }
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    /// <summary>Classes, modules and functions that are not the session's alone, or lead further.</summary>
    private static bool IsShared(PyObject* value) =>
        (PyType_IsSubtype(value->Type, PyType_Type) != 0 && !ClassGuard.IsSessions((PyTypeObject*)value)) || (value->Type == PyFunction_Type && !TypeGuard.IsGuests(value)) || PyType_IsSubtype(value->Type, PyModule_Type) != 0
        || TypeGuard.IsShared(value);

    /// <summary>The name must be a plain str: an instance of a subclass could say one thing and be another.</summary>
    private static bool MayUse(PyObject* name, NameUse use)
    {
        if (name->Type != PyUnicode_Type)
        {
            Raise("TypeError", "attribute name must be string");
            return false;
        }

        string text = PyText.ToManaged(name);
        if (NameRule.AllowsByText(text, use))
        {
            return true;
        }

        Raise("AttributeError", NameRule.Refusal(text));
        return false;
    }

    private static PyObject* New(PyObject* value)
    {
        Py_IncRef(value);
        return value;
    }

    private static PyObject* Raise(string type, string message) => PythonError.Raise(Exception(s_library, type), message);
}
