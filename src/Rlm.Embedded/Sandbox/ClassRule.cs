using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Which names restricted code may give a class, in its body or later, whoever makes or changes it for the session: a library function may be handed
/// a body or a name. What C code asks of every class there is (<c>isinstance</c>, the caches of abstract classes, finalisation) would run one session's
/// code for another.
/// </summary>
internal static unsafe class ClassRule
{
    // With these a class could pass for another, answer for all attributes, run code when nobody calls it, or be asked on behalf of other sessions.
    private static readonly HashSet<string> s_never = new(StringComparer.Ordinal)
    {
        "__getattribute__", "__class__", "__mro_entries__", "__subclasshook__", "__dict__", "__del__", "__buffer__", "__release_buffer__",
        "__subclasses__", "__mro__", "__bases__", "__base__", "mro", "_abc_impl",
    };

    // Of a metaclass. The caches of abstract classes keep classes by their hash and compare them.
    private static readonly HashSet<string> s_neverOfClasses = new(StringComparer.Ordinal) { "__eq__", "__hash__" };

    // Of a metaclass that derives from type alone: abc asks every subclass of an abstract class, whoever made it.
    private static readonly HashSet<string> s_checks = new(StringComparer.Ordinal) { "__instancecheck__", "__subclasscheck__" };

    // Of no metaclass of abstract classes: abc keeps its own things in attributes of the class.
    private static readonly HashSet<string> s_neverOfAbstract = new(StringComparer.Ordinal) { "__instancecheck__", "__subclasscheck__", "__setattr__", "__delattr__" };

    // What CPython and the typing module put into a class body by themselves.
    private static readonly HashSet<string> s_byCPython = new(StringComparer.Ordinal)
    {
        "__match_args__", "__orig_bases__", "__parameters__", "__type_params__", "__abstractmethods__", "__annotate_func__", "__annotations_cache__",
    };

    // What dataclasses, collections, enum and typing put there.
    private static readonly HashSet<string> s_byLibrary = new(StringComparer.Ordinal)
    {
        "__dataclass_fields__", "__dataclass_params__", "__getnewargs__", "__getnewargs_ex__", "__reduce_ex__", "__replace__", "__weakref__", "__total__", "_abc_impl",
        "__required_keys__", "__optional_keys__", "__readonly_keys__", "__mutable_keys__", "__closed__", "__extra_items__", "__new_member__",
        "__protocol_attrs__", "__non_callable_proto_members__", "__supertype__",
    };

    private static PyTypeObject* s_abstract;
    private static PyTypeObject* s_plainMeta;
    private static delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> s_newType;

    /// <summary>Learns the metaclasses. Called once, with the GIL.</summary>
    /// <param name="abstractMeta"><c>abc.ABCMeta</c>.</param>
    /// <param name="newType">What <c>type.__new__</c> does now.</param>
    public static void Prepare(PyObject* abstractMeta, delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> newType)
    {
        s_abstract = (PyTypeObject*)abstractMeta;
        s_plainMeta = PyType_Type;
        s_newType = newType;
    }

    /// <summary>Why a class may not be made so, or null.</summary>
    public static string? Refusal(PyTypeObject* meta, PyObject* bases, PyObject* body)
    {
        bool guest = GuardedAttributes.IsGuestRunning();
        if (IsPassedBy(meta, guest))
        {
            return "classes of this kind are made by a class statement or by calling their metaclass in this session, not by type.__new__()";
        }

        bool isMeta = false, ofAbstract = false;
        for (nint i = 0; (bases->Type->Flags & PyTypeObject.TupleSubclass) != 0 && i < PyTuple_Size(bases); i++)
        {
            PyObject* parent = PyTuple_GetItem(bases, i);
            isMeta |= IsMetaclass(parent);
            ofAbstract |= IsMetaclass(parent) && PyType_IsSubtype((PyTypeObject*)parent, s_abstract) != 0;
        }

        return (isMeta ? RefusalOfParents(bases, ofAbstract) : null)
            ?? ((body->Type->Flags & PyTypeObject.DictSubclass) != 0 ? RefusalOfBody(body, guest, isMeta, ofAbstract) : null);
    }

    /// <summary>Why restricted code may not set an attribute of a class of its own, or null.</summary>
    public static string? RefusalToSet(PyTypeObject* type, PyObject* name, PyObject* value)
    {
        if (name->Type != PyUnicode_Type)
        {
            return "attribute name must be string";
        }

        string text = PyText.ToManaged(name);
        if (text == "_abc_impl" && IsSetByAbc(value))
        {
            return null;
        }

        // Protocols get their hook, and generic NamedTuples their bases, from typing.
        bool isRefused = (s_never.Contains(text) && !(text is "__subclasshook__" or "__bases__" && GuardedAttributes.IsSpelledByLibrary(text)))
            || s_checks.Contains(text)
            || (IsMetaclass((PyObject*)type) && (s_neverOfClasses.Contains(text) || s_neverOfAbstract.Contains(text)))
            || (GuardedAttributes.IsGuestRunning() && !NameRule.Allows(text, NameUse.Write));
        return isRefused ? NameRule.Refusal(text)
            : value != null && text == "__match_args__" && !NamesByText.AllowsInPatterns(value) ? MatchArguments
            : null;
    }

    /// <summary>True for the metaclasses of ordinary and of abstract classes.</summary>
    public static bool IsPlain(PyTypeObject* meta) => meta == s_plainMeta || meta == s_abstract;

    private const string MatchArguments = "__match_args__ must be a tuple of names that are available in this session";

    private static bool IsMetaclass(PyObject* value) => PyType_IsSubtype(value->Type, PyType_Type) != 0 && PyType_IsSubtype((PyTypeObject*)value, PyType_Type) != 0;

    /// <summary>True when type.__new__ is called for a metaclass of the library's that has a __new__ of its own, and not by that: what it notes of each class would be missing.</summary>
    private static bool IsPassedBy(PyTypeObject* meta, bool guest)
    {
        PyTypeObject* library = meta;
        while (ClassGuard.IsSessions(library) && library->Base != null)
        {
            library = library->Base;
        }

        return library != s_plainMeta && (nint)library->New != (nint)s_plainMeta->New && (nint)library->New != (nint)s_newType && (guest || !IsInNew());
    }

    /// <summary>True for a finaliser that the library's own source defines (on 3.13 a class in ElementTree.iterparse has one).</summary>
    private static bool IsFinaliserOfLibrary(PyObject* value)
    {
        if (value->Type != PyFunction_Type || TypeGuard.IsGuests(value))
        {
            return false;
        }

        using NativeText attribute = new("__name__");
        using Owned name = new(PythonError.Check(PyObject_GetAttrString(value, attribute.Pointer)));
        return PyText.ToManaged(name.Pointer) == "__del__";
    }

    private static bool IsInNew()
    {
        PyObject* frame = PyEval_GetFrame();
        if (frame == null)
        {
            return false;
        }

        using Owned code = new(PyFrame_GetCode(frame));
        return CodeGate.IsNamed(code.Pointer, " __new__ ");
    }

    private static bool IsSetByAbc(PyObject* value) =>
        value != null && !GuardedAttributes.IsGuestRunning() && PythonError.TypeName(value) == "_abc_data" && IsInNew();

    private static string? RefusalOfParents(PyObject* bases, bool ofAbstract)
    {
        for (nint i = 0; i < PyTuple_Size(bases); i++)
        {
            PyObject* parent = PyTuple_GetItem(bases, i);
            if (!IsMetaclass(parent))
            {
                return "a metaclass of this session inherits from metaclasses only";
            }

            PyTypeObject* type = (PyTypeObject*)parent;
            if (!ClassGuard.IsSessions(type) && type != s_plainMeta && type != s_abstract)
            {
                return "metaclasses of this session inherit from type or from abc.ABCMeta";
            }

            if (ofAbstract && FindOwn(type, s_neverOfAbstract) is { } name)
            {
                return $"a metaclass of abstract classes cannot define '{name}' in this session";
            }
        }

        return null;
    }

    /// <summary>One of the names, if a class of the session's above this one (or itself) defines it.</summary>
    private static string? FindOwn(PyTypeObject* type, HashSet<string> names)
    {
        for (nint i = 0; type->ResolutionOrder != null && i < PyTuple_Size(type->ResolutionOrder); i++)
        {
            PyTypeObject* one = (PyTypeObject*)PyTuple_GetItem(type->ResolutionOrder, i);
            nint position = 0;
            PyObject* key, value;
            while (ClassGuard.IsSessions(one) && one->Dict != null && PyDict_Next(one->Dict, &position, &key, &value) != 0)
            {
                if (PyText.Is(key) && names.Contains(PyText.ToManaged(key)))
                {
                    return PyText.ToManaged(key);
                }
            }
        }

        return null;
    }

    private static string? RefusalOfBody(PyObject* body, bool guest, bool isMeta, bool ofAbstract)
    {
        nint position = 0;
        PyObject* key, value;
        while (PyDict_Next(body, &position, &key, &value) != 0)
        {
            if (key->Type != PyUnicode_Type)
            {
                return "the names in the body of a class must be plain str in this session";
            }

            string name = PyText.ToManaged(key);
            bool isLibrarys = !guest && (name == "_abc_impl" ? PythonError.TypeName(value) == "_abc_data" : name == "__del__" && IsFinaliserOfLibrary(value));
            string? refusal = isLibrarys ? null
                : s_never.Contains(name) ? NameRule.Refusal(name)
                : s_checks.Contains(name) && !isMeta ? $"'{name}' is for metaclasses in this session: class M(type)"
                : isMeta && s_neverOfClasses.Contains(name) ? $"a metaclass cannot define '{name}' in this session: classes are compared by identity"
                : ofAbstract && s_neverOfAbstract.Contains(name) ? $"a metaclass of abstract classes cannot define '{name}' in this session"
                : !NameRule.Allows(name, NameUse.Definition) && !s_byCPython.Contains(name) && (guest || isMeta || !s_byLibrary.Contains(name)) ? NameRule.Refusal(name)
                : name == "__match_args__" && !NamesByText.AllowsInPatterns(value) ? MatchArguments
                : name == "__slots__" ? RefusalOfSlots(value)
                : null;
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Each slot becomes an attribute of the class that no body names.</summary>
    private static string? RefusalOfSlots(PyObject* slots)
    {
        if (slots->Type == PyUnicode_Type)
        {
            return RefusalOfSlot(slots);
        }

        if (slots->Type == PyDict_Type)
        {
            nint position = 0;
            PyObject* key, value;
            string? refusal = null;
            while (refusal is null && PyDict_Next(slots, &position, &key, &value) != 0)
            {
                refusal = RefusalOfSlot(key);
            }

            return refusal;
        }

        bool isTuple = slots->Type == PyTuple_Type;
        if (!isTuple && slots->Type != PyList_Type)
        {
            return "__slots__ must be a str, or a tuple, list or dict of str, in this session";
        }

        nint count = isTuple ? PyTuple_Size(slots) : PyList_Size(slots);
        for (nint i = 0; i < count; i++)
        {
            if (RefusalOfSlot(isTuple ? PyTuple_GetItem(slots, i) : PyList_GetItem(slots, i)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static string? RefusalOfSlot(PyObject* slot)
    {
        if (slot->Type != PyUnicode_Type)
        {
            return $"__slots__ items must be strings, not '{PythonError.TypeName(slot)}'";
        }

        string name = PyText.ToManaged(slot);
        return name is "__dict__" or "__weakref__" ? null : s_never.Contains(name) || s_checks.Contains(name) || !NameRule.Allows(name, NameUse.Definition) ? NameRule.Refusal(name) : null;
    }
}
