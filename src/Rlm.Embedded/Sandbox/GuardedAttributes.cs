using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// The second layer below the code gate: the attributes of builtin types that lead to frames, code, globals and the class graph
/// are replaced in the types themselves by ones that refuse whenever the code that asks is a session's. Whoever finds a way to spell
/// a refused name (getattr with a made-up text, a format string, a C function that looks up names) meets these.
/// </summary>
internal static unsafe partial class GuardedAttributes
{
    private static readonly List<Guarded> s_guarded = [];
    private static readonly ConcurrentDictionary<nint, bool> s_trusted = new();

    // C code of isinstance, abc and inspect asks on behalf of these library functions; none of them lets a session choose a name.
    private static readonly Dictionary<string, string> s_asksForC = new(StringComparer.Ordinal)
    {
        ["__subclasses__"] = " __subclasscheck__ __instancecheck__ ",
    };

    private const string Annotations = "__annotations__";
    private const string State = "__getstate__";
    private const string Dict = "__dict__";

    [ThreadStatic]
    private static nint t_guestGlobals;

    // While dir() runs on this thread.
    [ThreadStatic]
    private static bool t_listing;

    private static PyObject* s_realBuiltins;
    private static PyObject* s_attributeError;

    /// <summary>The globals of the restricted session that the calling thread serves, or 0: code in them is its own, whatever it took for builtins.</summary>
    public static nint GuestGlobals
    {
        set => t_guestGlobals = value;
    }

    /// <summary>
    /// True when the Python code that runs on this thread is a restricted session's own: its builtins are neither the interpreter's nor
    /// a trusted session's.
    /// Code of the standard library that a session calls is not.
    /// </summary>
    public static bool IsGuestRunning()
    {
        if (s_realBuiltins == null)
        {
            return false;
        }

        PyObject* builtins = PyEval_GetBuiltins();
        return builtins != null
            && (builtins == s_realBuiltins ? t_guestGlobals != 0 && (nint)PyEval_GetGlobals() == t_guestGlobals : !s_trusted.ContainsKey((nint)builtins));
    }

    /// <summary>
    /// True when the code that runs now may have an attribute that sessions may not: the host's, or the standard library's where its own source
    /// spells the name. A library function that looks up a name which a session gave it (typing aliases, ast.iter_fields, an attrgetter in a map) does not.
    /// </summary>
    public static bool MayReach(string name)
    {
        if (IsGuestRunning())
        {
            return false;
        }

        if (!AuditHook.IsRestricted)
        {
            return true;
        }

        // update_wrapper keeps the first in a constant of its module; the others lead only up to object, and C code asks for them for metaclasses.
        if (name is "__dict__" or "mro" or "__mro__" or "__bases__" or "__base__")
        {
            return true;
        }

        if (IsSpelledByLibrary(name))
        {
            return true;
        }

        PyObject* frame = PyEval_GetFrame();
        if (frame == null)
        {
            return true;
        }

        using Owned code = new(PyFrame_GetCode(frame));
        return s_asksForC.TryGetValue(name, out string? callers) && CodeGate.IsNamed(code.Pointer, callers);
    }

    /// <summary>True when the source of the library's function that runs now spells the name.</summary>
    public static bool IsSpelledByLibrary(string name)
    {
        PyObject* frame = IsGuestRunning() ? null : PyEval_GetFrame();
        if (frame == null)
        {
            return false;
        }

        using Owned code = new(PyFrame_GetCode(frame));
        return CodeGate.Spells(code.Pointer, name);
    }

    /// <summary>Names the dict that code of the interpreter's own has as its builtins. Called once, before <see cref="Replace"/>.</summary>
    public static void Prepare(PyObject* realBuiltins, PyObject* attributeError)
    {
        Py_IncRef(realBuiltins);
        s_realBuiltins = realBuiltins;
        s_attributeError = attributeError;
    }

    /// <summary>Notes that a dict is (or is no longer) the builtins of a trusted session.</summary>
    public static void Trust(PyObject* builtins, bool on)
    {
        if (on)
        {
            s_trusted[(nint)builtins] = true;
        }
        else
        {
            s_trusted.TryRemove((nint)builtins, out _);
        }
    }

    /// <summary>Guards one attribute.</summary>
    /// <param name="type">The type that defines it.</param>
    /// <param name="dict">The type's own dict, not a view of it.</param>
    /// <param name="name">The attribute.</param>
    public static void Replace(PyTypeObject* type, PyObject* dict, string name)
    {
        using Owned key = new(PythonError.Check(PyText.ToPython(name)));
        PyObject* original = PyDict_GetItemWithError(dict, key.Pointer);
        if (original == null)
        {
            // This version of CPython has no such attribute.
            return;
        }

        Py_IncRef(original);
        s_guarded.Add(new Guarded((nint)type, (nint)original, name));
        PyGetSetDef* definition = (PyGetSetDef*)NativeMemory.AllocZeroed((nuint)sizeof(PyGetSetDef));
        definition->Name = NativeText.Keep(name);
        definition->Get = &OnGet;
        definition->Set = &OnSet;
        definition->Closure = s_guarded.Count - 1;
        using Owned guard = new(PythonError.Check(PyDescr_NewGetSet(type, definition)));
        PythonError.Check(PyDict_SetItem(dict, key.Pointer, guard.Pointer));
        PyType_Modified(type);
    }

    /// <summary>A guarded attribute of a builtin, for the sandbox itself; a new reference, or null with an exception pending.</summary>
    public static PyObject* GetUnguarded(PyObject* value, string name)
    {
        foreach (Guarded guarded in s_guarded)
        {
            if (guarded.Name == name && guarded.Type == (nint)value->Type)
            {
                PyObject* original = (PyObject*)guarded.Original;
                return original->Type->DescriptorGet(original, value, value->Type);
            }
        }

        return PythonError.Raise(s_attributeError, name);
    }

    /// <summary>Marks a class so that <c>Class.attribute = value</c> is refused, by whomever, or takes the mark off.</summary>
    public static void Freeze(PyTypeObject* type, bool on)
    {
        type->Flags = on ? type->Flags | PyTypeObject.ImmutableType : type->Flags & ~PyTypeObject.ImmutableType;
        PyType_Modified(type);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnGet(PyObject* self, nint closure)
    {
        try
        {
            Guarded guarded = s_guarded[(int)closure];
            if (guarded.Name == Annotations)
            {
                return GetAnnotations(guarded, self);
            }

            if (guarded.Name == State)
            {
                return GetState(guarded, self);
            }

            if (guarded.Name == Dict && PyType_IsSubtype(self->Type, PyType_Type) != 0 && AuditHook.IsRestricted && IsGuestRunning() && !IsOff(Dict))
            {
                return ClassDict(guarded, self);
            }

            if (!IsOff(guarded.Name) && !IsOwn(guarded.Name, self) && (!MayReach(guarded.Name) || (guarded.Name == Dict && AuditHook.IsRestricted && TypeGuard.IsShared(self))))
            {
                return PythonError.Raise(s_attributeError, NameRule.Refusal(guarded.Name));
            }

            PyObject* original = (PyObject*)guarded.Original;
            PyObject* value = original->Type->DescriptorGet(original, self, self->Type);
            if (value != null && AuditHook.IsRestricted && guarded.Name == "__self__" && !SandboxLayers.IsOff("guarded-attributes")
                && PyType_IsSubtype(value->Type, PyModule_Type) != 0)
            {
                // A function of the library may hand on what it finds: functools.partialmethod does.
                Py_DecRef(value);
                return PythonError.Raise(s_attributeError, NameRule.Refusal(guarded.Name));
            }

            return value;
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSet(PyObject* self, PyObject* value, nint closure)
    {
        try
        {
            Guarded guarded = s_guarded[(int)closure];
            PyObject* original = (PyObject*)guarded.Original;
            if (guarded.Name == State && PyType_IsSubtype(self->Type, PyType_Type) != 0)
            {
                return SetState((PyTypeObject*)self, value);
            }

            // CPython itself notes on an AttributeError whose attribute was missing.
            bool maySet = guarded.Name is "obj" or Annotations || SandboxLayers.IsOff("guarded-attributes")
                || (MayReach(guarded.Name) && !(AuditHook.IsRestricted && TypeGuard.IsShared(self)));
            if (!maySet || original->Type->DescriptorSet == null)
            {
                PythonError.Raise(s_attributeError, NameRule.Refusal(guarded.Name));
                return -1;
            }

            return original->Type->DescriptorSet(original, self, value);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }

    /// <summary>True when a test has switched off what guards an attribute. Those that code may spell to read them of its own are held by two layers.</summary>
    public static bool IsOff(string name) => SandboxLayers.IsOff("guarded-attributes") && (name is not ("__subclasses__" or Dict or "__defaults__" or "__kwdefaults__") || SandboxLayers.IsOff("guards"));

    private static PyObject* New(PyObject* value)
    {
        Py_IncRef(value);
        return value;
    }

    private sealed record Guarded(nint Type, nint Original, string Name);
}
