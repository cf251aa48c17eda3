using System.Runtime.CompilerServices;
using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <summary>
/// Watches two places where restricted code could change what others use or lie about what a value is: the making of classes
/// (<c>type.__new__</c>, so also every metaclass) and the setting of attributes on functions of the standard library.
/// </summary>
internal static unsafe class TypeGuard
{
    // CPython walks the chain on the C stack.
    private const int DeepestInheritance = 200;

    private static delegate* unmanaged[Cdecl]<PyTypeObject*, PyObject*, PyObject*, PyObject*> s_newType;
    private static PyObject* s_typeError;
    private static PyObject* s_realBuiltins;
    private static PyObject* s_builtinsName;

    // Guarded by the GIL. Shared objects live as long as the process.
    private static readonly HashSet<nint> s_shared = [];
    private static readonly HashSet<nint> s_sealed = [];
    private static readonly Dictionary<nint, nint> s_setters = [];

    /// <summary>Puts the watches in place. Called once, with the GIL, before other modules are imported.</summary>
    public static void Install(PyObject* typeError, PyObject* realBuiltins, PyObject* abstractMeta)
    {
        s_typeError = typeError;
        s_realBuiltins = realBuiltins;
        s_builtinsName = PythonError.Check(PyText.ToPython("__builtins__"));
        s_newType = PyType_Type->New;
        PyType_Type->New = &OnNewType;
        ClassRule.Prepare(abstractMeta, s_newType);
        ClassGuard.Install(typeError);
        PyFunction_Type->SetAttribute = &OnSetFunctionAttribute;
    }

    /// <summary>True for objects that all sessions see: they may not be changed.</summary>
    public static bool IsShared(PyObject* value) => s_shared.Contains((nint)value);

    /// <summary>Lets no session inherit from a class.</summary>
    public static void Seal(PyTypeObject* type) => s_sealed.Add((nint)type);

    /// <summary>Makes an object one that restricted code cannot set attributes on, directly or through a library function.</summary>
    public static void Share(PyObject* value)
    {
        if (!s_shared.Add((nint)value))
        {
            return;
        }

        Py_IncRef(value);
        PyTypeObject* type = value->Type;
        if (type != PyFunction_Type && !s_setters.ContainsKey((nint)type))
        {
            s_setters[(nint)type] = (nint)type->SetAttribute;
            type->SetAttribute = &OnSetSharedAttribute;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSetSharedAttribute(PyObject* owner, PyObject* name, PyObject* value)
    {
        try
        {
            if (AuditHook.IsRestricted && IsShared(owner))
            {
                PythonError.Raise(s_typeError, "objects of the standard library cannot be changed in this session");
                return -1;
            }

            // A subclass made later inherited this function.
            PyTypeObject* type = owner->Type;
            nint original;
            while (!s_setters.TryGetValue((nint)type, out original))
            {
                type = type->Base;
            }

            return ((delegate* unmanaged[Cdecl]<PyObject*, PyObject*, PyObject*, int>)original)(owner, name, value);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static PyObject* OnNewType(PyTypeObject* meta, PyObject* arguments, PyObject* named)
    {
        try
        {
            if (AuditHook.IsRestricted && !SandboxLayers.IsOff("guards") && arguments != null && PyTuple_Size(arguments) == 3 && !Allows(meta, arguments))
            {
                return null;
            }

            PyObject* made = s_newType(meta, arguments, named);
            if (made != null && arguments != null && PyTuple_Size(arguments) == 3)
            {
                ClassGuard.Made((PyTypeObject*)made);
            }

            return made;
        }
        catch (Exception exception)
        {
            return Callback.Fail(exception);
        }
    }

    private static bool Allows(PyTypeObject* meta, PyObject* arguments)
    {
        PyObject* bases = PyTuple_GetItem(arguments, 1);
        for (nint i = 0; (bases->Type->Flags & PyTypeObject.TupleSubclass) != 0 && i < PyTuple_Size(bases); i++)
        {
            PyObject* parent = PyTuple_GetItem(bases, i);
            if (s_sealed.Contains((nint)parent))
            {
                return Refuse("classes of this session cannot inherit from that class");
            }

            if (PyType_IsSubtype(parent->Type, PyType_Type) != 0 && IsDeep((PyTypeObject*)parent))
            {
                return Refuse($"classes of this session inherit over at most {DeepestInheritance} levels");
            }
        }

        return ClassRule.Refusal(meta, bases, PyTuple_GetItem(arguments, 2)) is not { } refusal || Refuse(refusal);
    }

    private static bool IsDeep(PyTypeObject* type)
    {
        int levels = 0;
        for (; type != null && levels <= DeepestInheritance; type = type->Base)
        {
            levels++;
        }

        return levels > DeepestInheritance;
    }

    private static bool Refuse(string message)
    {
        PythonError.Raise(s_typeError, message);
        return false;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSetFunctionAttribute(PyObject* function, PyObject* name, PyObject* value)
    {
        try
        {
            if (AuditHook.IsRestricted && !SandboxLayers.IsOff("guards")
                && (IsShared(function) || (GuardedAttributes.IsGuestRunning() && !IsGuests(function))))
            {
                PythonError.Raise(s_typeError, "functions of the standard library cannot be changed in this session");
                return -1;
            }

            return PyObject_GenericSetAttr(function, name, value);
        }
        catch (Exception exception)
        {
            Callback.Fail(exception);
            return -1;
        }
    }

    /// <summary>True for functions of a session's own code.</summary>
    public static bool IsGuests(PyObject* function)
    {
        using Owned globals = new(GuardedAttributes.GetUnguarded(function, "__globals__"));
        if (globals.IsNull)
        {
            PyErr_Clear();
            return false;
        }

        PyObject* builtins = PyDict_GetItemWithError(globals.Pointer, s_builtinsName);
        return builtins != null && builtins != s_realBuiltins && (builtins->Type->Flags & PyTypeObject.DictSubclass) != 0;
    }
}
