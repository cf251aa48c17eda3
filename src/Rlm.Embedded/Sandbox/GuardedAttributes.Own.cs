using Rlm.Embedded.CPython;
using Rlm.Embedded.Interpreter;
using static Rlm.Embedded.CPython.CApi;

namespace Rlm.Embedded.Sandbox;

/// <content>What a session may see of its own objects.</content>
internal static unsafe partial class GuardedAttributes
{
    /// <summary>What of a session's own leads to nothing else: the classes above and below one of its classes, the defaults and attributes of its functions, where an error came by.</summary>
    private static bool IsOwn(string name, PyObject* self) => name switch
    {
        "__mro__" or "__bases__" or "__base__" or "mro" or "__subclasses__" => PyType_IsSubtype(self->Type, PyType_Type) != 0
            && (ClassGuard.IsSessions((PyTypeObject*)self) || (t_listing && name == "__bases__")
            || (name == "mro" && (((PyTypeObject*)self)->ResolutionOrder == null || self == (PyObject*)PyType_Type))), // Being made; CPython compares with that of type.
        "__defaults__" or "__kwdefaults__" or Dict => self->Type == PyFunction_Type ? TypeGuard.IsGuests(self) && !TypeGuard.IsShared(self)
            : PyType_IsSubtype(self->Type, PyModule_Type) == 0 && PyType_IsSubtype(self->Type, PyType_Type) == 0 && !TypeGuard.IsShared(self) && !IsWrapper(self),
        "tb_next" => true,
        _ => false,
    };

    private static bool IsWrapper(PyObject* value) => PythonError.TypeName(value) is "staticmethod" or "classmethod";

    /// <summary>dir(value), which asks each class above for its names.</summary>
    public static PyObject* List(PyObject* directory, PyObject* value)
    {
        bool before = t_listing;
        t_listing = true;
        try
        {
            return PythonCall.Invoke(directory, value);
        }
        finally
        {
            t_listing = before;
        }
    }

    /// <summary>A session gets a copy of what its own class has, and of others the names, for <c>dir</c>: the dict itself would be changed past all guards.</summary>
    private static PyObject* ClassDict(Guarded guarded, PyObject* self)
    {
        PyTypeObject* type = (PyTypeObject*)self;
        bool isOwn = ClassGuard.IsSessions(type) && type->Dict != null;
        if (!isOwn && !t_listing)
        {
            return PythonError.Raise(s_attributeError, NameRule.Refusal(Dict));
        }

        using Owned copy = new(PythonError.Check(isOwn ? PyDict_Copy(type->Dict) : PyDict_New()));
        if (isOwn)
        {
            using Owned key = new(PythonError.Check(PyText.ToPython("_abc_impl")));
            if (PyDict_GetItemWithError(copy.Pointer, key.Pointer) != null)
            {
                PythonError.Check(PyDict_DelItem(copy.Pointer, key.Pointer));
            }

            return PyDictProxy_New(copy.Pointer);
        }

        PyObject* original = (PyObject*)guarded.Original;
        using Owned table = new(PythonError.Check(original->Type->DescriptorGet(original, self, self->Type)));
        using Owned names = new(PythonError.Check(PySequence_List(table.Pointer)));
        for (nint i = 0; i < PyList_Size(names.Pointer); i++)
        {
            PythonError.Check(PyDict_SetItem(copy.Pointer, PyList_GetItem(names.Pointer, i), Py_None));
        }

        return copy.Release();
    }

    /// <summary>Sessions may read and change the annotations of what is their own; of the library's they get a copy.</summary>
    private static PyObject* GetAnnotations(Guarded guarded, PyObject* owner)
    {
        PyObject* original = (PyObject*)guarded.Original;
        bool isClass = PyType_IsSubtype(owner->Type, PyType_Type) != 0;
        bool mayChange = !AuditHook.IsRestricted || SandboxLayers.IsOff("guarded-attributes")
            || (isClass ? ClassGuard.IsSessions((PyTypeObject*)owner) : TypeGuard.IsGuests(owner) && !TypeGuard.IsShared(owner));
        if (!mayChange && isClass && !HasAnnotations((PyTypeObject*)owner))
        {
            // CPython would put a dict into the class, and instances would lead to it.
            return PythonError.Raise(s_attributeError, $"type object '{PythonError.TypeName((PyTypeObject*)owner)}' has no attribute '{Annotations}'");
        }

        PyObject* value = original->Type->DescriptorGet(original, owner, owner->Type);
        if (value == null || mayChange || value->Type != PyDict_Type)
        {
            return value;
        }

        using Owned real = new(value);
        return PyDict_Copy(value);
    }

    /// <summary>object.__getstate__ gives an object's dict itself, that of a class or function too. Classes may define their own, which hide it.</summary>
    private static PyObject* GetState(Guarded guarded, PyObject* owner)
    {
        PyObject* original = (PyObject*)guarded.Original;
        bool isClass = PyType_IsSubtype(owner->Type, PyType_Type) != 0;
        if (isClass)
        {
            using Owned name = new(PythonError.Check(PyText.ToPython(State)));
            PyObject* order = ((PyTypeObject*)owner)->ResolutionOrder;
            for (nint i = 0; order != null && i < PyTuple_Size(order); i++)
            {
                PyTypeObject* type = (PyTypeObject*)PyTuple_GetItem(order, i);
                PyObject* found = type->Base == null || type->Dict == null ? null : PyDict_GetItemWithError(type->Dict, name.Pointer);
                if (found != null)
                {
                    Py_IncRef(found);
                    return found;
                }
            }
        }

        bool refuse = AuditHook.IsRestricted && !SandboxLayers.IsOff("guarded-attributes") && (isClass ? !MayReach(State)
            : owner->Type == PyFunction_Type || PyType_IsSubtype(owner->Type, PyModule_Type) != 0 || TypeGuard.IsShared(owner));
        return refuse ? PythonError.Raise(s_attributeError, NameRule.Refusal(State)) : isClass ? New(original) : original->Type->DescriptorGet(original, owner, owner->Type);
    }

    /// <summary>Gives a class a <c>__getstate__</c> of its own, as dataclasses do. <see cref="ClassGuard"/> has seen that it may be changed.</summary>
    private static int SetState(PyTypeObject* type, PyObject* value)
    {
        using Owned name = new(PythonError.Check(PyText.ToPython(State)));
        int done = type->Dict == null ? -1 : value == null ? PyDict_DelItem(type->Dict, name.Pointer) : PyDict_SetItem(type->Dict, name.Pointer, value);
        PyType_Modified(type);
        return done;
    }

    private static bool HasAnnotations(PyTypeObject* type)
    {
        using Owned name = new(PythonError.Check(PyText.ToPython(Annotations)));
        return type->Dict != null && PyDict_GetItemWithError(type->Dict, name.Pointer) != null;
    }
}
